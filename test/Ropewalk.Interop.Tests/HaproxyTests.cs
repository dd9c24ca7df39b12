using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Endpoints;
using Ropewalk.Endpoints.ProxyProtocol;
using Ropewalk.Server;

namespace Ropewalk.Interop.Tests;

/// <summary>PROXY headers, both versions, both ways, with haproxy between our client and our server.</summary>
public sealed class HaproxyTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ropewalk-");
    private readonly EndpointContext _context = new();

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Client → haproxy (accept-proxy) → haproxy's own header → server.</summary>
    [Theory]
    [InlineData(1, "send-proxy")]
    [InlineData(1, "send-proxy-v2")]
    [InlineData(2, "send-proxy")]
    [InlineData(2, "send-proxy-v2")]
    [InlineData(2, "send-proxy-v2 proxy-v2-options crc32c,unique-id")]
    public async Task TheClientsAddressComesThrough(int version, string sends)
    {
        await using var server = new ConnectionServer(_context);
        await server.ListenAsync($@"proxy:trust=unix:then=unix\:{PathOf("back")}", DescribeAsync);
        await using RunningProgram haproxy = await StartAsync("accept-proxy", sends);
        EndpointContext onBehalf = _context.WithOrigin(Origin("[2001:db8::7]:4711", "[2001:db8::1]:443"));

        await using ConnectionContext client = await onBehalf.ConnectAsync(EndpointSpec.Parse($@"proxy:version={version}:then=unix\:{PathOf("front")}"));
        await client.Transport.Output.WriteAsync("hello\n"u8.ToArray());

        Assert.StartsWith("[2001:db8::7]:4711 > [2001:db8::1]:443 ", await ReadLineAsync(client));
    }

    [Fact]
    public async Task IPv4AddressesComeThroughAndSoDoesWhatStandsBehindTheHeader()
    {
        await using var server = new ConnectionServer(_context);
        await server.ListenAsync($@"proxy:trust=unix:then=unix\:{PathOf("back")}", DescribeAsync);
        await using RunningProgram haproxy = await StartAsync("accept-proxy", "send-proxy-v2");
        EndpointContext onBehalf = _context.WithOrigin(Origin("192.0.2.7:4711", "192.0.2.1:443"));

        await using ConnectionContext client = await onBehalf.ConnectAsync(EndpointSpec.Parse($@"proxy:then=unix\:{PathOf("front")}"));
        await client.Transport.Output.WriteAsync("hello\n"u8.ToArray());

        Assert.Equal("192.0.2.7:4711 > 192.0.2.1:443 v2: hello", await ReadLineAsync(client));
    }

    [Fact]
    public async Task AServerThatDoesNotTrustHaproxyRefusesIt()
    {
        await using var server = new ConnectionServer(_context);
        Listening listening = await server.ListenAsync($@"proxy:trust=192.0.2.0/24:then=unix\:{PathOf("back")}", DescribeAsync);
        await using RunningProgram haproxy = await StartAsync("", "send-proxy");

        await using ConnectionContext client = await _context.ConnectAsync(EndpointSpec.Parse($"unix:{PathOf("front")}"));
        await client.Transport.Output.WriteAsync("hello\n"u8.ToArray());

        Assert.Equal("", await ReadLineAsync(client));

        // counted when the connection has been let go of, which may be after its peer has noticed
        await WaitUntilAsync(() => listening.CaptureTotals().Refused > 0);
    }

    private static ConnectionContext Origin(string from, string to)
    {
        (ConnectionContext origin, _) = Ropewalk.Transports.Memory.MemoryTransport.CreatePair();
        origin.RemoteEndPoint = IPEndPoint.Parse(from);
        origin.LocalEndPoint = IPEndPoint.Parse(to);
        return origin;
    }

    private static async Task DescribeAsync(ConnectionContext connection)
    {
        string line = await ReadLineAsync(connection);
        int version = connection.Features.Get<IProxyHeaderFeature>()!.Header.Version;
        await connection.Transport.Output.WriteAsync(Encoding.UTF8.GetBytes($"{connection.RemoteEndPoint} > {connection.LocalEndPoint} v{version}: {line}\n"));
    }

    private static async Task<string> ReadLineAsync(ConnectionContext connection)
    {
        var text = new StringBuilder();
        try
        {
            while (!text.ToString().EndsWith('\n'))
            {
                var read = await connection.Transport.Input.ReadAsync();
                foreach (ReadOnlyMemory<byte> segment in read.Buffer)
                {
                    text.Append(Encoding.UTF8.GetString(segment.Span));
                }

                connection.Transport.Input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    break;
                }
            }
        }
        catch (ConnectionResetException)
        {
            // whoever is refused may see a reset
        }

        return text.ToString().TrimEnd('\n');
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private async Task<RunningProgram> StartAsync(string accepts, string sends)
    {
        var haproxy = ExternalProgram.Find("haproxy");
        string configuration = Path.Combine(_folder.FullName, "haproxy.cfg");
        await File.WriteAllTextAsync(configuration, $"""
            defaults
                mode tcp
                timeout connect 5s
                timeout client 20s
                timeout server 20s
                unique-id-format %ci-%cp
            listen relay
                bind unix@{PathOf("front")} {accepts}
                server back unix@{PathOf("back")} {sends}

            """);
        RunningProgram running = haproxy.Start(["-db", "-f", configuration]);

        // the file is there before anybody listens on it
        await WaitUntilAsync(() => Path.Exists(PathOf("front")) && Accepts(PathOf("front")));
        return running;
    }

    private static bool Accepts(string path)
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task WaitUntilAsync(Func<bool> condition)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            late.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
