using System.Net.Sockets;
using System.Text;

namespace Ropewalk.Interop.Tests;

/// <summary>Speaks IRC line by line, without any library of ours.</summary>
internal sealed class IrcLines : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TcpClient _socket;
    private readonly StreamReader _reader;

    public IrcLines(int port)
    {
        _socket = new TcpClient("127.0.0.1", port) { NoDelay = true };
        _reader = new StreamReader(_socket.GetStream(), Encoding.UTF8);
    }

    /// <summary>Connects; null when nobody listens there any more.</summary>
    public static IrcLines? TryConnect(int port)
    {
        try
        {
            return new IrcLines(port);
        }
        catch (SocketException gone) when (gone.SocketErrorCode is SocketError.ConnectionRefused or SocketError.ConnectionReset)
        {
            return null;
        }
    }

    /// <summary>Sends lines.</summary>
    public async Task SendAsync(params string[] lines) => await _socket.GetStream().WriteAsync(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\r\n"))));

    /// <summary>Sends lines; false when the other side has died and its system says so.</summary>
    public async Task<bool> TrySendAsync(params string[] lines)
    {
        try
        {
            await SendAsync(lines);
            return true;
        }
        catch (IOException gone) when (gone.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.Shutdown })
        {
            // Shutdown is how .NET tells EPIPE
            return false;
        }
    }

    /// <summary>Sends lines, and waits until the server has taken them: it has answered what was sent after them, or ended the connection at a QUIT.</summary>
    public async Task SettleAsync(params string[] lines)
    {
        // answers are read meanwhile: the server stops reading who does not read
        Task sent = SendAsync([.. lines, "PING :done"]);
        string? answer = await FindAsync(" PONG ", "done");
        Assert.True(answer is not null || lines[^1] == "QUIT", "The server ended the connection.");
        if (answer is not null)
        {
            await sent;
        }
    }

    /// <summary>Reads a line; null when the server is gone.</summary>
    public async Task<string?> ReadAsync()
    {
        using var late = new CancellationTokenSource(Patience);
        try
        {
            return await _reader.ReadLineAsync(late.Token);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Reads until a line holds all of some texts; null if the server is gone before.</summary>
    public async Task<string?> FindAsync(params string[] texts)
    {
        while (await ReadAsync() is { } line)
        {
            if (texts.All(text => line.Contains(text, StringComparison.Ordinal)))
            {
                return line;
            }
        }

        return null;
    }

    /// <summary>Reads until a line holds all of some texts; there must be one.</summary>
    public async Task<string> WaitForAsync(params string[] texts)
    {
        string? line = await FindAsync(texts);
        Assert.True(line is not null, $"The server ended the connection before '{string.Join("' and '", texts)}'.");
        return line;
    }

    public void Dispose()
    {
        _reader.Dispose();
        _socket.Dispose();
    }
}
