using System.Net;
using System.Net.Sockets;
using System.Text;
using Ropewalk.Diagnostics;
using Ropewalk.Hosting;

namespace Ropewalk.Tests.Hosting;

/// <summary>A client on a real loopback socket that talks in lines.</summary>
internal sealed class LineClient : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly TcpClient _client;
    private readonly StreamReader _reader;

    private LineClient(TcpClient client)
    {
        _client = client;
        _reader = new StreamReader(client.GetStream(), Encoding.ASCII);
    }

    public static async Task<LineClient> ConnectAsync(IPEndPoint to)
    {
        var client = new TcpClient(to.AddressFamily) { NoDelay = true };
        await client.ConnectAsync(to).WaitAsync(Limit);
        return new LineClient(client);
    }

    public static Task<LineClient> ConnectAsync(ServiceRunner runner, string service, int endpoint = 0) => ConnectAsync(PortOf(runner, service, endpoint));

    public static IPEndPoint PortOf(IStatusSource status, string service, int endpoint = 0)
    {
        IPEndPoint bound = IPEndPoint.Parse(status.Capture().Services.Single(one => one.Name == service).Endpoints[endpoint].BoundTo!);
        return bound.Address.Equals(IPAddress.IPv6Any) ? new IPEndPoint(IPAddress.IPv6Loopback, bound.Port) : bound;
    }

    /// <summary>Reads a line; null at the end. A reset throws.</summary>
    public async Task<string?> ReadAsync() => await _reader.ReadLineAsync().WaitAsync(Limit);

    public async Task<string?> AskAsync(string line)
    {
        await _client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(line + "\n"));
        return await ReadAsync();
    }

    public void Dispose() => _client.Dispose();
}
