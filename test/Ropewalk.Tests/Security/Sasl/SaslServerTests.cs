using System.Net;
using System.Text;
using Microsoft.Extensions.Options;
using Ropewalk.Security.Accounts;
using Ropewalk.Security.Sasl;
using Ropewalk.Security.Sasl.Session;
using Ropewalk.Storage;
using Ropewalk.Testing;
using Ropewalk.Tests.Security.Sasl.Session;

namespace Ropewalk.Tests.Security.Sasl;

public sealed class SaslServerTests
{
    private static readonly CertificateFingerprint Certificate = CertificateFingerprint.Of("certificate"u8);
    private static readonly SaslServerContext Protected = new() { IsProtected = true, Certificate = Certificate, Client = new IPEndPoint(0x01010101, 1) };

    private readonly MemoryRecordStore _records = new();
    private readonly RecordAccountStore _store;
    private readonly AccountAuthenticatorOptions _options = new() { Iterations = 2, ChecksInline = true, TimeProvider = new VirtualTime(), Random = new SeededRandom(2) };
    private readonly SaslServerOptions _serverOptions = new() { Random = new SeededRandom(3) };

    public SaslServerTests() => _store = new RecordAccountStore(_records, new SeededRandom(1));

    [Fact]
    public async Task WhatIsOfferedDependsOnTheConnection()
    {
        SaslServer server = await Server();
        Assert.Equal(["EXTERNAL", "SCRAM-SHA-256", "PLAIN"], server.MechanismsFor(Protected));
        Assert.Equal(["SCRAM-SHA-256", "PLAIN"], server.MechanismsFor(Protected with { Certificate = null }));
        Assert.Equal(["SCRAM-SHA-256"], server.MechanismsFor(new SaslServerContext()));
        Assert.Null(server.Start("PLAIN", new SaslServerContext()));
        Assert.Null(server.Start("EXTERNAL", Protected with { Certificate = null }));
        Assert.Null(server.Start("CRAM-MD5", Protected));
        Assert.Null(server.Start("", Protected));
        Assert.Equal("PLAIN", server.Start("plain", Protected)!.Mechanism);
        _serverOptions.AllowPlainUnprotected = true;
        Assert.NotNull(server.Start("PLAIN", new SaslServerContext()));
    }

    [Theory]
    [InlineData("PLAIN", false)]
    [InlineData("SCRAM-SHA-256", false)]
    [InlineData("SCRAM-SHA-256", true)]
    [InlineData("EXTERNAL", false)]
    public async Task OurClientSignsIn(string mechanism, bool successCarriesBytes)
    {
        SaslServer server = await Server();
        SaslClientMechanism client = SaslClient.Create(mechanism, Credentials())!;
        SaslServerStep last = await Talk(server, client, Protected with { SuccessCarriesBytes = successCarriesBytes });
        Assert.Equal(SaslStepKind.Succeeded, last.Kind);
        Assert.Equal("anna", last.Account!.Name.Canonical);
        Assert.Equal(successCarriesBytes, !last.Bytes.IsEmpty);
        Assert.Null(client.Failure);
    }

    [Theory]
    [InlineData("PLAIN", "anna", "wrong")]
    [InlineData("PLAIN", "nobody", "pencil")]
    [InlineData("SCRAM-SHA-256", "anna", "wrong")]
    [InlineData("SCRAM-SHA-256", "nobody", "pencil")]
    [InlineData("SCRAM-SHA-256", "two words", "pencil")]
    public async Task WrongCredentialsAreRefusedAlike(string mechanism, string name, string password)
    {
        SaslServer server = await Server();
        SaslClientMechanism client = SaslClient.Create(mechanism, new SaslClientCredentials { Name = name, Password = password, MinIterations = 1 })!;
        Assert.Equal(SaslFailure.WrongCredentials, (await Talk(server, client, Protected)).Failure);
    }

    [Fact]
    public async Task ScramDoesNotTellWhoExists()
    {
        SaslServer server = await Server();
        string known = await SaltOf(server, "anna");
        string unknown = await SaltOf(server, "nobody");
        Assert.NotEqual(known, unknown);
        Assert.Equal(known.Length, unknown.Length);

        // asked again, in another spelling, and after a restart: the same, as for those who exist
        Assert.Equal(known, await SaltOf(server, "ANNA"));
        Assert.Equal(unknown, await SaltOf(server, "NoBody"));
        var restarted = new SaslServer(new AccountAuthenticator(new RecordAccountStore(_records, new SeededRandom(99)), _options), _serverOptions);
        Assert.Equal(unknown, await SaltOf(restarted, "nobody"));
        Assert.NotEqual(unknown, await SaltOf(server, "nobody2"));
    }

    [Fact]
    public async Task NoncesAreNeverUsedAgain()
    {
        SaslServer server = await Server();
        var seen = new HashSet<string>();
        for (int i = 0; i < 100; i++)
        {
            SaslServerStep step = await server.Start("SCRAM-SHA-256", Protected)!.ReceiveAsync("n,,n=anna,r=abc"u8.ToArray());
            Assert.True(seen.Add(Text(step).Split(',')[0]));
        }
    }

    [Theory]
    [InlineData("PLAIN", "anna\0anna\0pencil", null)]
    [InlineData("PLAIN", "ANNA\0anna\0pencil", null)]
    [InlineData("PLAIN", "bert\0anna\0pencil", SaslFailure.AuthorizationRefused)]
    [InlineData("PLAIN", "bert\0anna\0wrong", SaslFailure.AuthorizationRefused)]
    [InlineData("EXTERNAL", "", null)]
    [InlineData("EXTERNAL", "Anna", null)]
    [InlineData("EXTERNAL", "bert", SaslFailure.AuthorizationRefused)]
    [InlineData("EXTERNAL", "two words", SaslFailure.AuthorizationRefused)]
    [InlineData("EXTERNAL", "an\0na", SaslFailure.Malformed)]
    [InlineData("SCRAM-SHA-256", "n,a=bert,n=anna,r=abc", SaslFailure.AuthorizationRefused)]
    [InlineData("PLAIN", "\0anna\0pencil\0", SaslFailure.Malformed)]
    [InlineData("PLAIN", "", SaslFailure.Malformed)]
    public async Task NobodyActsAsAnother(string mechanism, string response, SaslFailure? failure)
    {
        SaslServer server = await Server();
        SaslServerStep step = await server.Start(mechanism, Protected)!.ReceiveAsync(Encoding.UTF8.GetBytes(response));
        Assert.Equal(failure, step.Failure);
        Assert.Equal(failure is null ? SaslStepKind.Succeeded : SaslStepKind.Failed, step.Kind);
    }

    [Fact]
    public async Task AnUnknownCertificateIsRefused()
    {
        SaslServer server = await Server();
        SaslServerStep step = await server.Start("EXTERNAL", Protected with { Certificate = CertificateFingerprint.Of("other"u8) })!.ReceiveAsync(default);
        Assert.Equal(SaslFailure.WrongCredentials, step.Failure);
    }

    [Theory]
    [InlineData("PLAIN")]
    [InlineData("EXTERNAL")]
    [InlineData("SCRAM-SHA-256")]
    public async Task SuspendedAccountsStayOutside(string mechanism)
    {
        SaslServer server = await Server();
        Account anna = (await _store.FindAsync(AccountName.Parse("anna")))!;
        await _store.UpdateAsync(anna with { IsSuspended = true });
        SaslServerStep step = await Talk(server, SaslClient.Create(mechanism, Credentials())!, Protected);
        Assert.Equal(SaslFailure.Suspended, step.Failure);
        Assert.Null(step.Account);
    }

    [Fact]
    public async Task GuessesAreLimitedOverAllMechanisms()
    {
        _options.FailuresPerAccount = 4;
        SaslServer server = await Server();
        for (int i = 0; i < 4; i++)
        {
            SaslClientMechanism guess = SaslClient.Create(i % 2 == 0 ? "PLAIN" : "SCRAM-SHA-256", new SaslClientCredentials { Name = "anna", Password = "guess", MinIterations = 1 })!;
            Assert.Equal(SaslFailure.WrongCredentials, (await Talk(server, guess, Protected)).Failure);
        }

        Assert.Equal(SaslFailure.RateLimited, (await Talk(server, SaslClient.Create("PLAIN", Credentials())!, Protected)).Failure);
        Assert.Equal(SaslFailure.RateLimited, (await Talk(server, SaslClient.Create("SCRAM-SHA-256", Credentials())!, Protected)).Failure);
        Assert.Equal(SaslStepKind.Succeeded, (await Talk(server, SaslClient.Create("EXTERNAL", Credentials())!, Protected)).Kind);
    }

    [Theory]
    [InlineData("PLAIN")]
    [InlineData("EXTERNAL")]
    [InlineData("SCRAM-SHA-256")]
    public async Task AStoreThatFailsIsAnAnswer(string mechanism)
    {
        SaslServer server = await Server();
        _records.ReadFailure = RecordStoreFailure.Busy;
        Assert.Equal(SaslFailure.Unavailable, (await Talk(server, SaslClient.Create(mechanism, Credentials())!, Protected)).Failure);
    }

    [Fact]
    public async Task WhatIsOverIsOver()
    {
        SaslServer server = await Server();
        SaslServerConversation conversation = server.Start("PLAIN", Protected)!;
        Assert.Equal(SaslFailure.TooLong, (await conversation.ReceiveAsync(new byte[4097])).Failure);
        Assert.Equal(SaslFailure.Unexpected, (await conversation.ReceiveAsync("\0anna\0pencil"u8.ToArray())).Failure);
    }

    [Fact]
    public async Task OnlyAnEmptyResponseFollowsTheServersProof()
    {
        SaslServer server = await Server();
        SaslClientMechanism client = SaslClient.Create("SCRAM-SHA-256", Credentials())!;
        SaslServerConversation conversation = server.Start("SCRAM-SHA-256", Protected)!;
        client.TryRespond([], out byte[] first);
        client.TryRespond((await conversation.ReceiveAsync(first)).Bytes.Span, out byte[] final);
        Assert.StartsWith("v=", Text(await conversation.ReceiveAsync(final)));
        Assert.Equal(SaslFailure.Malformed, (await conversation.ReceiveAsync("x"u8.ToArray())).Failure);
    }

    [Fact]
    public async Task NoInputThrows()
    {
        (_options.FailuresPerAccount, _options.FailuresPerAddress) = (int.MaxValue, int.MaxValue);
        SaslServer server = await Server();
        var random = new Random(5);
        string[] seeds = ["\0anna\0pencil", "anna", "n,,n=anna,r=abc", "c=biws,r=abc,p=dHzb", ""];
        for (int i = 0; i < 10_000; i++)
        {
            SaslServerConversation conversation = server.Start(server.MechanismsFor(Protected)[random.Next(3)], Protected)!;
            for (int n = 0; n < 3; n++)
            {
                await conversation.ReceiveAsync(ScramSessionTests.Mutate(random, Encoding.UTF8.GetBytes(seeds[random.Next(seeds.Length)])));
            }
        }
    }

    [Fact]
    public void TheClientChoosesTheBest()
    {
        string[] all = ["PLAIN", "LOGIN", "scram-sha-256", "EXTERNAL"];
        Assert.Equal("EXTERNAL", SaslClient.Choose(all, Credentials(), isProtected: true)!.Name);
        Assert.Equal("SCRAM-SHA-256", SaslClient.Choose(all, new SaslClientCredentials { Name = "a", Password = "b" }, isProtected: true)!.Name);
        Assert.Equal("SCRAM-SHA-256", SaslClient.Choose(all, Credentials(), isProtected: false)!.Name);
        Assert.Equal("PLAIN", SaslClient.Choose(["PLAIN"], Credentials(), isProtected: true)!.Name);
        Assert.Null(SaslClient.Choose(["PLAIN"], Credentials(), isProtected: false));
        Assert.Null(SaslClient.Choose(all, new SaslClientCredentials { Name = "a" }, isProtected: true));
        Assert.Null(SaslClient.Choose([], Credentials(), isProtected: true));
    }

    [Fact]
    public async Task NoSecretIsShown()
    {
        SaslServer server = await Server();
        SaslClientMechanism client = SaslClient.Create("PLAIN", Credentials())!;
        SaslServerConversation conversation = server.Start("PLAIN", Protected)!;
        client.TryRespond([], out byte[] response);
        SaslServerStep step = await conversation.ReceiveAsync(response);
        Assert.DoesNotContain("pencil", $"{Credentials()} {client} {conversation} {step} {step.Account!.Credential} {server}");
    }

    [Fact]
    public void AllErrorsOfTheOptionsAreTold()
    {
        var wrong = new SaslServerOptions { Mechanisms = ["CRAM-MD5", "LOGIN"], MaxResponseBytes = 1, Random = null! };
        Assert.Equal(4, Assert.Throws<OptionsValidationException>(wrong.Validate).Failures.Count());
    }

    private static SaslClientCredentials Credentials() => new() { Name = "Anna", Password = "pencil", HasCertificate = true, MinIterations = 1 };

    private static async Task<SaslServerStep> Talk(SaslServer server, SaslClientMechanism client, SaslServerContext context)
    {
        SaslServerConversation conversation = server.Start(client.Name, context)!;
        SaslServerStep step = SaslServerStep.Challenge();
        while (step.Kind == SaslStepKind.Challenge)
        {
            byte[]? response = await client.RespondAsync(step.Bytes);
            Assert.True(response is not null, $"{client}");
            step = await conversation.ReceiveAsync(response);
        }

        if (step.Kind == SaslStepKind.Succeeded)
        {
            Assert.True(client.TryComplete(step.Bytes.Span));
        }

        return step;
    }

    private static async Task<string> SaltOf(SaslServer server, string name)
    {
        SaslServerStep step = await server.Start("SCRAM-SHA-256", Protected)!.ReceiveAsync(Encoding.UTF8.GetBytes($"n,,n={name},r=abc"));
        Assert.Equal(SaslStepKind.Challenge, step.Kind);
        return string.Join(',', Text(step).Split(',').Skip(1));
    }

    private static string Text(in SaslServerStep step) => Encoding.UTF8.GetString(step.Bytes.Span);

    private async Task<SaslServer> Server()
    {
        await _store.CreateAsync(new Account
        {
            Name = AccountName.Parse("anna"),
            Created = default,
            Certificates = [Certificate],
            Credential = ScramCredential.Create("pencil", new SeededRandom(4), 2),
        });
        return new SaslServer(new AccountAuthenticator(_store, _options), _serverOptions);
    }
}
