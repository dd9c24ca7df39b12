using Microsoft.AspNetCore.Connections;
using Ropewalk.Chat.Irc.Client;
using Ropewalk.Chat.Irc.Session;
using Ropewalk.Chat.Irc.Wire;
using Ropewalk.Security.Accounts;
using Ropewalk.Security.Sasl;
using Ropewalk.Storage;

namespace Ropewalk.Chat.Tests.Irc.Client;

/// <summary>Logins by SCRAM against the engine's own accounts.</summary>
public sealed class IrcLoginTests
{
    [Fact]
    public async Task LogsInWithoutShowingThePassword()
    {
        await using ServedIrc served = await ServedIrc.StartAsync();
        await ServeAccountsAsync(served, saysSuccessAtOnce: false);
        await using IrcClient client = await served.ConnectAsync(Options(served, "correct horse"));
        Assert.Equal("alice", client.State.Account);
        Assert.Equal(4, served.Script.Heard.Count(line => line.StartsWith("AUTHENTICATE", StringComparison.Ordinal)));
        Assert.DoesNotContain(served.Script.Heard, line => line.Contains("horse", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AWrongPasswordIsRefused()
    {
        await using ServedIrc served = await ServedIrc.StartAsync();
        await ServeAccountsAsync(served, saysSuccessAtOnce: false);
        Assert.Equal(904, (await Assert.ThrowsAsync<IrcRequestException>(() => served.ConnectAsync(Options(served, "wrong")))).Numeric);
    }

    [Fact]
    public async Task AServerThatDoesNotProveThatItKnowsThePasswordIsLeft()
    {
        await using ServedIrc served = await ServedIrc.StartAsync();
        await ServeAccountsAsync(served, saysSuccessAtOnce: true);
        Assert.Equal(IrcRequestFailureKind.ConnectionEnded, (await Assert.ThrowsAsync<IrcRequestException>(() => served.ConnectAsync(Options(served, "correct horse")))).Kind);
    }

    [Theory]
    [InlineData("AUTHENTICATE", ":s 903 me :ok")]
    [InlineData("AUTHENTICATE", ":s 907 me :You have already authenticated")]
    [InlineData("AUTHENTICATE", ":s 900 me me!u@h alice :in\r\n:s 001 me :hi\r\n:s 376 me :end")]
    [InlineData("CAP REQ", ":s 900 me me!u@h alice :in\r\n:s 001 me :hi\r\n:s 376 me :end")]
    public async Task AServerThatSkipsTheProofIsLeft(string at, string answer)
    {
        await using ServedIrc served = await ServedIrc.StartAsync();
        served.Script.Offered = "sasl=SCRAM-SHA-256";
        served.Script.Before = (connection, message) =>
        {
            bool isIt = $"{message.Command} {message[0]}".StartsWith(at, StringComparison.Ordinal);
            if (isIt)
            {
                ScriptedServer.Write(connection, answer);
            }

            return isIt;
        };
        await Assert.ThrowsAsync<IrcRequestException>(() => served.ConnectAsync(Options(served, "correct horse")));
    }

    [Fact]
    public async Task AnAlreadyBehindTheChallengeIsNoProofEither()
    {
        await using ServedIrc served = await ServedIrc.StartAsync();
        served.Script.Offered = "sasl=SCRAM-SHA-256";
        served.Script.Before = (connection, message) =>
        {
            if (message.Command == "AUTHENTICATE")
            {
                ScriptedServer.Write(connection, message[0] == "SCRAM-SHA-256" ? "AUTHENTICATE +" : ":s 907 me :already\r\n:s 001 me :hi\r\n:s 376 me :end");
            }

            return message.Command == "AUTHENTICATE";
        };
        await Assert.ThrowsAsync<IrcRequestException>(() => served.ConnectAsync(Options(served, "correct horse")));
    }

    private static IrcClientOptions Options(ServedIrc served, string password)
    {
        IrcClientOptions options = served.Options();
        options.Credentials = new SaslClientCredentials { Name = "alice", Password = password };
        return options;
    }

    private static async Task ServeAccountsAsync(ServedIrc served, bool saysSuccessAtOnce)
    {
        var store = new RecordAccountStore(new MemoryRecordStore());
        var authenticator = new AccountAuthenticator(store, new AccountAuthenticatorOptions { Iterations = 4096 });
        var account = new Account { Name = AccountName.Parse("alice"), Created = DateTimeOffset.UnixEpoch, Credential = await authenticator.CreateCredentialAsync("correct horse") };
        Assert.Equal(AccountChange.Made, await store.CreateAsync(account));
        var sasl = new SaslServer(authenticator);
        SaslServerConversation? conversation = null;
        served.Script.Offered = "sasl=SCRAM-SHA-256";
        served.Script.BeforeAsync = async (connection, message) =>
        {
            if (message.Command != "AUTHENTICATE")
            {
                return false;
            }

            if (conversation is null)
            {
                conversation = sasl.Start(message[0], new SaslServerContext());
                ScriptedServer.Write(connection, "AUTHENTICATE +");
            }
            else if (saysSuccessAtOnce)
            {
                ScriptedServer.Write(connection, ":s 903 me :ok");
            }
            else
            {
                Answer(connection, await conversation.ReceiveAsync(message[0] == "+" ? default(ReadOnlyMemory<byte>) : Convert.FromBase64String(message[0])));
            }

            return true;
        };
    }

    private static void Answer(ConnectionContext connection, SaslServerStep step)
    {
        ScriptedServer.Write(connection, step.Kind switch
        {
            SaslStepKind.Succeeded => $":s 900 me me!u@h {step.Account!.Name} :You are now logged in\r\n:s 903 me :ok",
            SaslStepKind.Failed => ":s 904 me :SASL authentication failed",
            _ => "AUTHENTICATE " + Convert.ToBase64String(step.Bytes.Span),
        });
    }
}
