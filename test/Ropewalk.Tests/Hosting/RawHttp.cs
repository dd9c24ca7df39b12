using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ropewalk.Tests.Hosting;

/// <summary>An HTTP/1.1 client of one connection, which shows when that ends.</summary>
internal sealed class RawHttp : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly Socket _socket;

    private RawHttp(Socket socket) => _socket = socket;

    public static async Task<RawHttp> ConnectAsync(IPEndPoint to)
    {
        var socket = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(to).WaitAsync(Limit);
        return new RawHttp(socket);
    }

    /// <summary>Sends a request and reads its whole answer.</summary>
    public async Task<string> GetAsync(string path = "/", bool halfClose = false)
    {
        await _socket.SendAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: test\r\n\r\n"));
        if (halfClose)
        {
            _socket.Shutdown(SocketShutdown.Send);
        }

        var answer = new StringBuilder();
        byte[] buffer = new byte[4096];
        while (!IsWhole(answer.ToString()))
        {
            int count = await _socket.ReceiveAsync(buffer).WaitAsync(Limit);
            if (count == 0)
            {
                throw new EndOfStreamException($"ended behind '{answer}'");
            }

            answer.Append(Encoding.ASCII.GetString(buffer, 0, count));
        }

        return Dechunk(answer.ToString());
    }

    /// <summary>Waits for the orderly end of the connection.</summary>
    public async Task<bool> IsEndedAsync() => await _socket.ReceiveAsync(new byte[1]).WaitAsync(Limit) == 0;

    public void Dispose() => _socket.Dispose();

    private static bool IsWhole(string answer) => answer.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal);

    // One chunk: what the tests' answers are.
    private static string Dechunk(string answer)
    {
        int body = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        return answer[..body] + answer[body..].Split("\r\n")[1];
    }
}
