using Ropewalk.Security.Accounts;
using Ropewalk.Security.Sasl;
using Ropewalk.Security.Sasl.Session;
using Ropewalk.Storage;

namespace Ropewalk.Interop.Tests;

/// <summary>SASL with GNU SASL, on its standard input and output: one line of base64 for each message.</summary>
public sealed class SaslInteropTests
{
    private static readonly SaslServerContext Connection = new() { IsProtected = true };

    [Fact]
    public async Task Gsasl_derives_the_same_keys()
    {
        ExternalProgram gsasl = ExternalProgram.Find("gsasl");
        ScramCredential ours = ScramCredential.Create("r\u00e9sum\u00e9 1", "a salt of ours!!"u8, 5000)!;
        ProgramResult result = await gsasl.RunAsync(
            ["--mkpasswd", "--mechanism=SCRAM-SHA-256", "--password=r\u00e9sum\u00e9 1", "--iteration-count=5000", $"--salt={Convert.ToBase64String(ours.Salt)}"]);
        Assert.Equal(
            $"{{SCRAM-SHA-256}}5000,{Convert.ToBase64String(ours.Salt)},{Convert.ToBase64String(ours.StoredKey)},{Convert.ToBase64String(ours.ServerKey)}",
            result.Expect().Output.Trim());
    }

    [Theory]
    [InlineData("SCRAM-SHA-256", "pencil", null)]
    [InlineData("SCRAM-SHA-256", "eraser", SaslFailure.WrongCredentials)]
    [InlineData("PLAIN", "pencil", null)]
    [InlineData("PLAIN", "eraser", SaslFailure.WrongCredentials)]
    public async Task Gsasl_signs_in(string mechanism, string password, SaslFailure? failure)
    {
        ExternalProgram gsasl = ExternalProgram.Find("gsasl");
        SaslServer server = await ServerAsync();
        await using RunningProgram client = gsasl.Start(["--client", $"--mechanism={mechanism}", "--authentication-id=User,1", $"--password={password}", "--no-cb", "--quiet"]);
        SaslServerConversation conversation = server.Start(mechanism, Connection)!;
        SaslServerStep step = SaslServerStep.Challenge();
        await SkipHeadAsync(client, mechanism);
        while (true)
        {
            step = await conversation.ReceiveAsync(Convert.FromBase64String((await client.Output.ReadLineAsync())!));
            if (step.Kind != SaslStepKind.Challenge)
            {
                break;
            }

            await client.Input.WriteLineAsync(Convert.ToBase64String(step.Bytes.Span));
            await client.Input.FlushAsync();
        }

        Assert.Equal(failure, step.Failure);
        Assert.Equal(failure is null ? "user,1" : null, step.Account?.Name.Canonical);
    }

    [Theory]
    [InlineData("pencil", true)]
    [InlineData("eraser", false)]
    public async Task Gsasl_lets_our_client_in_by_scram(string password, bool isRight)
    {
        ExternalProgram gsasl = ExternalProgram.Find("gsasl");
        await using RunningProgram server = gsasl.Start(["--server", "--mechanism=SCRAM-SHA-256", "--password=pencil", "--iteration-count=4096", "--quiet"]);
        await SkipHeadAsync(server, SaslMechanism.ScramSha256);
        Assert.Equal("", await server.Output.ReadLineAsync()); // the empty challenge
        SaslClientMechanism client = SaslClient.Create(SaslMechanism.ScramSha256, new SaslClientCredentials { Name = "User,1", Password = password })!;
        string? said = null;
        for (int i = 0; i < 2; i++)
        {
            byte[] challenge = said is null ? [] : Convert.FromBase64String(said);
            byte[] response = Assert.IsType<byte[]>(await client.RespondAsync(challenge));
            await server.Input.WriteLineAsync(Convert.ToBase64String(response));
            await server.Input.FlushAsync();
            said = await server.Output.ReadLineAsync();
        }

        Assert.Equal(isRight, client.TryComplete(Convert.FromBase64String(said ?? "")));
    }

    // It begins with the name of the mechanism.
    private static async Task SkipHeadAsync(RunningProgram program, string mechanism) => Assert.Equal(mechanism, await program.Output.ReadLineAsync());

    private static async Task<SaslServer> ServerAsync()
    {
        var accounts = new RecordAccountStore(new MemoryRecordStore());
        var authenticator = new AccountAuthenticator(accounts, new AccountAuthenticatorOptions { Iterations = 4096 });
        await accounts.CreateAsync(new Account { Name = AccountName.Parse("user,1"), Created = default, Credential = await authenticator.CreateCredentialAsync("pencil") });
        return new SaslServer(authenticator);
    }
}
