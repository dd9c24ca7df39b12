using Ropewalk.Security.Accounts;
using Ropewalk.Security.Sasl;
using Ropewalk.Security.Sasl.Session;
using Ropewalk.Storage.Sqlite;

// One of each for the whole process, whatever protocols it serves.
await using SqliteRecordStore records = await SqliteRecordStore.OpenAsync(args.ElementAtOrDefault(0) ?? "accounts.db");
var accounts = new RecordAccountStore(records);
var authenticator = new AccountAuthenticator(accounts);
var sasl = new SaslServer(authenticator);

AccountName name = AccountName.Parse("Anna");
ScramCredential? credential = await authenticator.CreateCredentialAsync("correct horse battery staple");
AccountChange made = await accounts.CreateAsync(new Account { Name = name, Created = TimeProvider.System.GetUtcNow(), Credential = credential });
Console.WriteLine($"making {name}: {made}");

// What a protocol's server does with each connection; the client's side would be on the other end of it.
var connection = new SaslServerContext { IsProtected = true };
SaslClientMechanism client = SaslClient.Choose(
    sasl.MechanismsFor(connection), new SaslClientCredentials { Name = "anna", Password = args.ElementAtOrDefault(1) ?? "correct horse battery staple" }, isProtected: true)!;
SaslServerConversation conversation = sasl.Start(client.Name, connection)!;
SaslServerStep step = SaslServerStep.Challenge();
while (step.Kind == SaslStepKind.Challenge)
{
    byte[] response = await client.RespondAsync(step.Bytes) ?? throw new InvalidOperationException($"the server is not to be trusted: {client.Failure}");
    step = await conversation.ReceiveAsync(response);
}

Console.WriteLine(step.Kind == SaslStepKind.Succeeded && client.TryComplete(step.Bytes.Span)
    ? $"signed in as {step.Account} by {client.Name}"
    : $"not signed in: {step.Failure}");
