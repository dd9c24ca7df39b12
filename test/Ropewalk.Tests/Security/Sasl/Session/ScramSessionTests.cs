using System.Text;
using Ropewalk.Security.Accounts;
using Ropewalk.Security.Sasl;
using Ropewalk.Security.Sasl.Session;

namespace Ropewalk.Tests.Security.Sasl.Session;

public sealed class ScramSessionTests
{
    private const string ClientNonce = "rOprNGfwEbeRWgbNEkqO";
    private const string ServerNonce = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";

    // RFC 7677 §3
    private const string ClientFirst = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
    private const string ServerFirst = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    private const string ClientFinal = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
    private const string ServerFinal = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

    private static readonly ScramCredential Credential = ScramCredential.Create("pencil", Convert.FromBase64String("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096)!;

    [Fact]
    public void TheServerSpeaksTheExampleToTheByte()
    {
        var server = new ScramServerSession(ServerNonce);
        Assert.Null(server.ReceiveFirst(Bytes(ClientFirst)));
        Assert.Equal("user", server.Name);
        Assert.Equal("", server.AuthorizationId);
        Assert.Equal(ServerFirst, Text(server.Challenge(Credential)));
        Assert.Null(server.ReceiveFinal(Bytes(ClientFinal), out byte[] answer));
        Assert.Equal(ServerFinal, Text(answer));
    }

    [Fact]
    public void TheClientSpeaksTheExampleToTheByte()
    {
        ScramClient client = Client();
        Assert.True(client.TryRespond([], out byte[] first));
        Assert.Equal(ClientFirst, Text(first));
        Assert.True(client.TryRespond(Bytes(ServerFirst), out byte[] final));
        Assert.Equal(ClientFinal, Text(final));
        Assert.True(client.TryComplete(Bytes(ServerFinal)));
        Assert.Equal("SCRAM-SHA-256", client.ToString());
    }

    [Fact]
    public void TheServersProofMayBeAChallenge()
    {
        ScramClient client = AtFinal();
        Assert.True(client.TryRespond(Bytes(ServerFinal), out byte[] empty));
        Assert.Empty(empty);
        Assert.True(client.TryComplete());
    }

    [Theory]
    [InlineData("", SaslFailure.ServerNotProven)]
    [InlineData("v=AAAATRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", SaslFailure.ServerNotProven)]
    [InlineData("v=6rri", SaslFailure.ServerNotProven)]
    [InlineData("v=", SaslFailure.Malformed)]
    [InlineData("v=!", SaslFailure.Malformed)]
    [InlineData("x=6rri", SaslFailure.Malformed)]
    [InlineData("e=invalid-proof", SaslFailure.ServerRefused)]
    [InlineData(ServerFinal + ",m=x", SaslFailure.ExtensionRefused)]
    public void AServerThatDoesNotProveItselfIsNotBelieved(string final, SaslFailure failure)
    {
        ScramClient client = AtFinal();
        Assert.False(client.TryComplete(Bytes(final)));
        Assert.Equal(failure, client.Failure);
        Assert.False(client.TryComplete(Bytes(ServerFinal)));
    }

    [Fact]
    public void SuccessBeforeTheProofIsNotBelieved()
    {
        Assert.False(Client().TryComplete());
        ScramClient client = Client();
        client.TryRespond([], out _);
        Assert.False(client.TryComplete(Bytes(ServerFinal)));
        Assert.Equal(SaslFailure.ServerNotProven, client.Failure);
    }

    [Theory]
    [InlineData("r=rOprNGfwEbeRWgbNEkqO,s=QSXCR+Q6sek8bf92,i=4096", SaslFailure.NonceMismatch)] // adds nothing to our nonce
    [InlineData("r=rOprNGfwEbeRWgbNEkqX%hv,s=QSXCR+Q6sek8bf92,i=4096", SaslFailure.NonceMismatch)]
    [InlineData("r=%hv,s=QSXCR+Q6sek8bf92,i=4096", SaslFailure.NonceMismatch)]
    [InlineData("r=rOprNGfwEbeRWgbNEkqO%hv,s=QSXCR+Q6sek8bf92,i=1000001", SaslFailure.IterationsRefused)]
    [InlineData("r=rOprNGfwEbeRWgbNEkqO%hv,s=QSXCR+Q6sek8bf92,i=4294967297", SaslFailure.IterationsRefused)]
    [InlineData("r=rOprNGfwEbeRWgbNEkqO%hv,s=QSXCR+Q6sek8bf92,i=99999999999999999999999", SaslFailure.IterationsRefused)]
    [InlineData("r=rOprNGfwEbeRWgbNEkqO%hv,s=QSXCR+Q6sek8bf92,i=4095", SaslFailure.IterationsRefused)]
    [InlineData("r=rOprNGfwEbeRWgbNEkqO%hv,s=QSXCR+Q6sek8bf92,i=0", SaslFailure.Malformed)]
    [InlineData("r=rOprNGfwEbeRWgbNEkqO%hv,s=QSXCR+Q6sek8bf92,i=-1", SaslFailure.Malformed)]
    [InlineData("r=rOprNGfwEbeRWgbNEkqO%hv,s=QSXCR+Q6sek8bf92,i= 4096", SaslFailure.Malformed)]
    [InlineData("r=rOprNGfwEbeRWgbNEkqO%hv,s=QSXCR+Q6sek8bf92", SaslFailure.Malformed)]
    [InlineData("r=rOprNGfwEbeRWgbNEkqO%hv,s=,i=4096", SaslFailure.Malformed)]
    [InlineData("r=rOprNGfwEbeRWgbNEkqO%hv,s=QS XC,i=4096", SaslFailure.Malformed)]
    [InlineData("s=QSXCR+Q6sek8bf92,r=rOprNGfwEbeRWgbNEkqO%hv,i=4096", SaslFailure.Malformed)]
    [InlineData("m=x,r=rOprNGfwEbeRWgbNEkqO%hv,s=QSXCR+Q6sek8bf92,i=4096", SaslFailure.ExtensionRefused)]
    [InlineData("e=unknown-user", SaslFailure.ServerRefused)]
    [InlineData("", SaslFailure.Malformed)]
    public void AWrongChallengeIsRefused(string challenge, SaslFailure failure)
    {
        ScramClient client = Client();
        client.TryRespond([], out _);
        Assert.False(client.TryRespond(Bytes(challenge), out byte[] response));
        Assert.Empty(response);
        Assert.Equal(failure, client.Failure);
    }

    [Fact]
    public void UnknownExtensionsAreIgnored()
    {
        var server = new ScramServerSession(ServerNonce);
        Assert.Null(server.ReceiveFirst(Bytes(ClientFirst + ",x=later,y=1")));
        ScramClient client = Client();
        client.TryRespond([], out _);
        Assert.True(client.TryRespond(Bytes(ServerFirst + ",z=later"), out _));
    }

    [Theory]
    [InlineData("p=tls-unique,,n=user,r=abc", SaslFailure.ChannelBindingRefused)]
    [InlineData("p=tls-exporter,a=user,n=user,r=abc", SaslFailure.ChannelBindingRefused)]
    [InlineData("n,,m=x,n=user,r=abc", SaslFailure.ExtensionRefused)]
    [InlineData("n,,n=user,r=abc,m=x", SaslFailure.ExtensionRefused)]
    [InlineData("n,,n=user,r=abc,r=def", SaslFailure.Malformed)]
    [InlineData("n,,n=user,r=abc,", SaslFailure.Malformed)]
    [InlineData("n,,n=user,r=abc,xx", SaslFailure.Malformed)]
    [InlineData("n,,n=user,r=", SaslFailure.Malformed)]
    [InlineData("n,,n=user,r=a b", SaslFailure.Malformed)]
    [InlineData("n,,n=user,r=\u00e9", SaslFailure.Malformed)]
    [InlineData("n,,n=user", SaslFailure.Malformed)]
    [InlineData("n,,n=,r=abc", SaslFailure.Malformed)]
    [InlineData("n,,n=us=er,r=abc", SaslFailure.Malformed)]
    [InlineData("n,,n=user=2,r=abc", SaslFailure.Malformed)]
    [InlineData("n,,n=user=2c,r=abc", SaslFailure.Malformed)]
    [InlineData("n,,n=us\0er,r=abc", SaslFailure.Malformed)]
    [InlineData("n,,r=abc,n=user", SaslFailure.Malformed)]
    [InlineData("n,n=user,r=abc", SaslFailure.Malformed)]
    [InlineData("n,a=,n=user,r=abc", SaslFailure.Malformed)]
    [InlineData("n,b=x,n=user,r=abc", SaslFailure.Malformed)]
    [InlineData("x,,n=user,r=abc", SaslFailure.Malformed)]
    [InlineData("N,,n=user,r=abc", SaslFailure.Malformed)]
    [InlineData("n=user,r=abc", SaslFailure.Malformed)]
    [InlineData("", SaslFailure.Malformed)]
    public void AWrongFirstMessageIsRefused(string message, SaslFailure failure) =>
        Assert.Equal(failure, new ScramServerSession(ServerNonce).ReceiveFirst(Bytes(message)));

    [Theory]
    [InlineData("n,,", "biws", "")]
    [InlineData("y,,", "eSws", "")] // a client that could bind a channel, and was not offered it
    [InlineData("n,a=user,", "bixhPXVzZXIs", "user")]
    [InlineData("n,a=us=2Cer=3D,", "bixhPXVzPTJDZXI9M0Qs", "us,er=")]
    public void TheHeaderIsBoundIntoTheProof(string header, string binding, string authorizationId)
    {
        foreach (string tried in (string[])[binding, "biws", "eSws", "cD10bHMtdW5pcXVlLCw="])
        {
            var server = new ScramServerSession(ServerNonce);
            Assert.Null(server.ReceiveFirst(Bytes($"{header}n=user,r=abc")));
            Assert.Equal(authorizationId, server.AuthorizationId);
            string challenge = Text(server.Challenge(Credential));
            SaslFailure? failure = server.ReceiveFinal(Bytes(Proved($"n=user,r=abc,{challenge},", $"c={tried},r=abc{ServerNonce}")), out _);
            Assert.Equal(tried == binding ? null : SaslFailure.ChannelBindingRefused, failure);
        }
    }

    [Theory]
    [InlineData("c=biws,r=rOprNGfwEbeRWgbNEkqO,p=dHzb", SaslFailure.NonceMismatch)]
    [InlineData("c=biws,r=%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzb", SaslFailure.NonceMismatch)]
    [InlineData("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzb", SaslFailure.WrongCredentials)]
    [InlineData("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=AAzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", SaslFailure.WrongCredentials)]
    [InlineData("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,x=1,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", SaslFailure.WrongCredentials)]
    [InlineData("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0", SaslFailure.Malformed)]
    [InlineData("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=", SaslFailure.Malformed)]
    [InlineData(ClientFinal + ",x=1", SaslFailure.Malformed)]
    [InlineData(ClientFinal + " ", SaslFailure.Malformed)]
    [InlineData("r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,c=biws,p=dHzb", SaslFailure.Malformed)]
    [InlineData("", SaslFailure.Malformed)]
    public void AWrongLastMessageIsRefused(string message, SaslFailure failure)
    {
        ScramServerSession server = Challenged();
        Assert.Equal(failure, server.ReceiveFinal(Bytes(message), out byte[] answer));
        Assert.Empty(answer);

        // one proof per challenge: the right one comes too late
        Assert.Equal(SaslFailure.Unexpected, server.ReceiveFinal(Bytes(ClientFinal), out answer));
        Assert.Empty(answer);
    }

    [Fact]
    public void AProofIsGoodForOneNonce()
    {
        var server = new ScramServerSession("another");
        server.ReceiveFirst(Bytes(ClientFirst));
        server.Challenge(Credential);
        Assert.Equal(SaslFailure.NonceMismatch, server.ReceiveFinal(Bytes(ClientFinal), out _));
    }

    [Fact]
    public void NamesAreEscaped()
    {
        var client = new ScramClient("", "a,b=c=2C", "pencil", "abc", 1, 10_000);
        client.TryRespond([], out byte[] first);
        Assert.Equal("n,,n=a=2Cb=3Dc=3D2C,r=abc", Text(first));
        var server = new ScramServerSession(ServerNonce);
        Assert.Null(server.ReceiveFirst(first));
        Assert.Equal("a,b=c=2C", server.Name);
    }

    [Fact]
    public void NoInputThrows()
    {
        var random = new Random(11);
        string[] seeds = [ClientFirst, ServerFirst, ClientFinal, ServerFinal, "y,a=user,n=user,r=abc,x=1"];
        for (int i = 0; i < 20_000; i++)
        {
            byte[] input = Mutate(random, Bytes(seeds[random.Next(seeds.Length)]));
            new ScramServerSession(ServerNonce).ReceiveFirst(input);
            ScramServerSession server = Challenged();
            if (server.ReceiveFinal(input, out _) is null)
            {
                Assert.Equal(ClientFinal, Text(input));
            }

            var client = new ScramClient("", "user", "pencil", ClientNonce, 1, 10);
            client.TryRespond([], out _);
            client.TryRespond(input, out _);
            client.TryRespond(input, out _);
            Assert.False(client.TryComplete(input));
        }
    }

    internal static byte[] Mutate(Random random, byte[] input)
    {
        List<byte> bytes = [.. input];
        for (int n = random.Next(4); n > 0 && bytes.Count > 0; n--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.Insert(at, (byte)",=\0amnr"[random.Next(7)]);
                    break;
                case 2:
                    bytes.RemoveAt(at);
                    break;
                case 3:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                default:
                    bytes.InsertRange(at, bytes[..at]);
                    break;
            }
        }

        return [.. bytes];
    }

    private static ScramClient Client() => new("", "user", "pencil", ClientNonce, 4096, 1_000_000);

    private static ScramClient AtFinal()
    {
        ScramClient client = Client();
        client.TryRespond([], out _);
        client.TryRespond(Bytes(ServerFirst), out _);
        return client;
    }

    private static ScramServerSession Challenged()
    {
        var server = new ScramServerSession(ServerNonce);
        server.ReceiveFirst(Bytes(ClientFirst));
        server.Challenge(Credential);
        return server;
    }

    // A client that proves whatever it is told to.
    private static string Proved(string before, string withoutProof)
    {
        byte[] salted = System.Security.Cryptography.Rfc2898DeriveBytes.Pbkdf2("pencil"u8, Credential.Salt, 4096, System.Security.Cryptography.HashAlgorithmName.SHA256, 32);
        byte[] clientKey = System.Security.Cryptography.HMACSHA256.HashData(salted, "Client Key"u8);
        return $"{withoutProof},p={Convert.ToBase64String(ScramProof.Make(clientKey, before + withoutProof))}";
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
