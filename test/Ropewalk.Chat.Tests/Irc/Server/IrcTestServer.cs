using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Ropewalk.Chat.Irc.Network;
using Ropewalk.Chat.Irc.Server;
using Ropewalk.Client;
using Ropewalk.Endpoints;
using Ropewalk.Security.Accounts;
using Ropewalk.Server;
using Ropewalk.Storage;
using Ropewalk.Testing;

namespace Ropewalk.Chat.Tests.Irc.Server;

/// <summary>Is a whole server in memory, on virtual time, and its clients.</summary>
internal sealed class IrcTestServer : IAsyncDisposable
{
    private readonly EndpointContext _endpoints;
    private readonly ConnectionServer _listeners;
    private readonly List<IrcTestClient> _clients = [];
    private readonly List<Task> _served = [];

    private IrcTestServer(VirtualTime time, IrcServer server, EndpointContext endpoints)
    {
        Time = time;
        Server = server;
        _endpoints = endpoints;
        _listeners = new ConnectionServer(endpoints);
    }

    public VirtualTime Time { get; }

    public IrcServer Server { get; }

    /// <summary>Starts a server without flood penalties; passwords cost little.</summary>
    public static async Task<IrcTestServer> StartAsync(Action<IrcServerOptions>? configure = null, IRecordStore? records = null)
    {
        var time = new VirtualTime();
        var options = new IrcServerOptions { TimeProvider = time, Records = records ?? new MemoryRecordStore() };
        options.Network.ServerName = "irc.test";
        options.Network.NetworkName = "Test";
        options.Network.Classes = [new IrcConnectionClass { FloodAllowance = TimeSpan.Zero, MaxPerAddress = 1000 }];
        options.Authentication.Iterations = 4096;
        options.Authentication.TimeProvider = time;
        configure?.Invoke(options);
        foreach (IrcOperatorBlock block in options.Network.Operators)
        {
            // The accounts of operators are made by the administrators.
            ScramCredential credential = ScramCredential.Create($"password-{block.Account}", RandomNumberGenerator.Create(), 4096)!;
            await new RecordAccountStore(options.Records).CreateAsync(new Account { Name = AccountName.Parse(block.Account), Created = time.GetUtcNow(), Credential = credential });
        }

        var server = new IrcTestServer(time, await IrcServer.StartAsync(options), new EndpointContext { TimeProvider = time });
        await server._listeners.ListenAsync("mem:irc", server.Server.OnConnectedAsync);
        await server._listeners.ListenAsync(@"proxy:trust=unix:then=mem\:relayed", server.Server.OnConnectedAsync);
        return server;
    }

    /// <summary>Connects, and says nothing.</summary>
    public Task<IrcTestClient> ConnectAsync() => ConnectAsync("mem:irc");

    /// <summary>Connects by way of a relay that tells the client's address by a PROXY protocol header, and says nothing more.</summary>
    public async Task<IrcTestClient> ConnectRelayedAsync(string address)
    {
        IrcTestClient client = await ConnectAsync("mem:relayed");
        await client.SendAsync(address.Contains(':', StringComparison.Ordinal) ? $"PROXY TCP6 {address} 2001:db8::1 50000 6667" : $"PROXY TCP4 {address} 192.0.2.1 50000 6667");
        return client;
    }

    /// <summary>Connects from an address, with TLS or a certificate if wanted, and says nothing.</summary>
    public IrcTestClient ConnectFrom(string address, bool isSecure = false, X509Certificate2? certificate = null, Action<IFeatureCollection>? features = null)
    {
        (ConnectionContext near, ConnectionContext far) = ConnectionPair.Create();
        far.RemoteEndPoint = new IPEndPoint(IPAddress.Parse(address), 50000);
        if (isSecure)
        {
            far.Features.Set<ITlsHandshakeFeature>(new TestTls());
            far.Features.Set<ITlsConnectionFeature>(new TestTls { ClientCertificate = certificate });
        }

        features?.Invoke(far.Features);
        var client = new IrcTestClient(near) { Served = Server.OnConnectedAsync(far) };
        _clients.Add(client);
        _served.Add(client.Served);
        return client;
    }

    /// <summary>Stops listening, and asks all connections to end.</summary>
    public Task StopAsync()
    {
        Server.BeginStop();
        return _listeners.StopAsync();
    }

    /// <summary>Connects and registers; what the server greets with is read.</summary>
    /// <param name="nick">The nickname.</param>
    /// <param name="capabilities">What is asked for, with spaces between; null for a client that knows nothing of capabilities.</param>
    public async Task<IrcTestClient> RegisterAsync(string nick, string? capabilities = null)
    {
        IrcTestClient client = await ConnectAsync();
        await client.RegisterAsync(nick, capabilities);
        return client;
    }

    /// <summary>Connects, registers, and makes an account of the nickname by REGISTER; the password is <c>password</c> and the nickname.</summary>
    public async Task<IrcTestClient> RegisterAccountAsync(string nick, string? capabilities = null)
    {
        if (Server.Options.Operators.Any(block => block.Account == nick))
        {
            return await LogInAsync(nick, capabilities);
        }

        IrcTestClient client = await RegisterAsync(nick, capabilities);
        Assert.Contains(await client.AskAsync($"REGISTER * * password-{nick}"), line => line.Contains(" REGISTER SUCCESS ", StringComparison.Ordinal));
        return client;
    }

    private async Task<IrcTestClient> ConnectAsync(string endpoint)
    {
        var client = new IrcTestClient(await new ConnectionClient(_endpoints).ConnectAsync(EndpointSpec.Parse(endpoint)));
        _clients.Add(client);
        return client;
    }

    private async Task<IrcTestClient> LogInAsync(string account, string? capabilities)
    {
        IrcTestClient client = await ConnectAsync();
        string response = Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{account}\0password-{account}"));
        await client.SendAsync("CAP LS 302", $"CAP REQ :sasl {capabilities}", $"NICK {account}", $"USER {account} 0 * :{account} of Test", "AUTHENTICATE PLAIN", $"AUTHENTICATE {response}", "CAP END");
        await client.ReadUntilAsync(line => line.Contains(" 422 ", StringComparison.Ordinal) || line.Contains(" 376 ", StringComparison.Ordinal));
        await client.SyncAsync();
        return client;
    }

    /// <summary>Connects several who know nothing of capabilities.</summary>
    public async Task<IrcTestClient[]> RegisterAllAsync(params string[] nicks)
    {
        var clients = new List<IrcTestClient>();
        foreach (string nick in nicks)
        {
            clients.Add(await RegisterAsync(nick));
        }

        return [.. clients];
    }

    /// <summary>Connects several who join a channel; the first has made it.</summary>
    public async Task<IrcTestClient[]> JoinAllAsync(string channel, params string[] nicks)
    {
        IrcTestClient[] clients = await RegisterAllAsync(nicks);
        foreach (IrcTestClient client in clients)
        {
            await client.AskAsync("JOIN " + channel);
        }

        await SyncAsync(clients);
        return clients;
    }

    /// <summary>Reads away what has come to clients.</summary>
    public static async Task SyncAsync(params IrcTestClient[] clients)
    {
        foreach (IrcTestClient client in clients)
        {
            await client.SyncAsync();
        }
    }

    /// <summary>Waits, without a sleep, for what nobody tells a client of.</summary>
    public static async Task UntilAsync(Func<bool> isSo)
    {
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        while (!isSo() && System.Diagnostics.Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(20))
        {
            await Task.Yield();
        }

        Assert.True(isSo());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IrcTestClient client in _clients)
        {
            await client.DisposeAsync();
        }

        await _listeners.DisposeAsync();
        await Task.WhenAll(_served).WaitAsync(TimeSpan.FromSeconds(20));
        await Server.DisposeAsync();
    }

    private sealed class TestTls : ITlsHandshakeFeature, ITlsConnectionFeature
    {
        public SslProtocols Protocol => SslProtocols.Tls13;

        public X509Certificate2? ClientCertificate { get; set; }

#pragma warning disable SYSLIB0058 // the feature has them
        public CipherAlgorithmType CipherAlgorithm => default;

        public int CipherStrength => 0;

        public HashAlgorithmType HashAlgorithm => default;

        public int HashStrength => 0;

        public ExchangeAlgorithmType KeyExchangeAlgorithm => default;

        public int KeyExchangeStrength => 0;
#pragma warning restore SYSLIB0058

        public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult(ClientCertificate);
    }
}
