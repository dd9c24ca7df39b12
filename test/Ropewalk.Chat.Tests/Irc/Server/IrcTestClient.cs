using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;

namespace Ropewalk.Chat.Tests.Irc.Server;

/// <summary>Is a client that sends lines as they are and reads lines as they come. It never answers by itself.</summary>
internal sealed class IrcTestClient(ConnectionContext connection) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private int _linesTaken;
    private int _marks;

    public ConnectionContext Connection => connection;

    /// <summary>Gets how many lines have been read.</summary>
    public int LinesTaken => Volatile.Read(ref _linesTaken);

    /// <summary>Gets the server's side of the connection, where the test has made it.</summary>
    public Task Served { get; init; } = Task.CompletedTask;

    /// <summary>Sends lines.</summary>
    public Task SendAsync(params string[] lines) => SendBytesAsync(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\r\n"))));

    /// <summary>Sends bytes as they are.</summary>
    public async Task SendBytesAsync(ReadOnlyMemory<byte> bytes) => await connection.Transport.Output.WriteAsync(bytes);

    /// <summary>Sends lines, and reads all that has come until the server has applied them.</summary>
    public async Task<string[]> AskAsync(params string[] lines)
    {
        await SendAsync(lines);
        return await SyncAsync();
    }

    /// <summary>Registers; what the server greets with is given.</summary>
    /// <param name="nick">The nickname.</param>
    /// <param name="capabilities">What is asked for, with spaces between; null for a client that knows nothing of capabilities.</param>
    public async Task<string[]> RegisterAsync(string nick, string? capabilities = null)
    {
        if (capabilities is not null)
        {
            await SendAsync("CAP LS 302", $"CAP REQ :{capabilities}", "CAP END");
        }

        await SendAsync($"NICK {nick}", $"USER {nick} 0 * :{nick} of Test");
        string[] greeting = await ReadUntilAsync(line => line.Contains(" 422 ", StringComparison.Ordinal) || line.Contains(" 376 ", StringComparison.Ordinal));
        await SyncAsync();
        return greeting;
    }

    /// <summary>Reads all that the server has sent until now.</summary>
    public async Task<string[]> SyncAsync()
    {
        string mark = string.Create(CultureInfo.InvariantCulture, $"mark-{++_marks}");
        await SendAsync($"PING {mark}");
        string[] lines = await ReadUntilAsync(line => line.Contains(" PONG ", StringComparison.Ordinal) && line.EndsWith(":" + mark, StringComparison.Ordinal));
        return lines[..^1];
    }

    /// <summary>Reads until a line fits; it is the last that is given.</summary>
    public async Task<string[]> ReadUntilAsync(Predicate<string> isLast)
    {
        var lines = new List<string>();
        while (lines.Count == 0 || !isLast(lines[^1]))
        {
            lines.Add(await ReadLineAsync() ?? throw new InvalidOperationException("The server has ended the connection after:\n" + string.Join('\n', lines)));
        }

        return [.. lines];
    }

    /// <summary>Reads all lines to the end of the connection.</summary>
    public async Task<string[]> ReadToEndAsync()
    {
        var lines = new List<string>();
        while (await ReadLineAsync() is { } line)
        {
            lines.Add(line);
        }

        return [.. lines];
    }

    /// <summary>Reads a line; null at the end.</summary>
    public async Task<string?> ReadLineAsync()
    {
        PipeReader input = connection.Transport.Input;
        while (true)
        {
            ReadResult read;
            try
            {
                read = await input.ReadAsync().AsTask().WaitAsync(Patience);
            }
            catch (ConnectionResetException)
            {
                return null;
            }

            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                Interlocked.Increment(ref _linesTaken);
                string line = Encoding.UTF8.GetString(read.Buffer.Slice(0, end)).TrimEnd('\r');
                input.AdvanceTo(read.Buffer.GetPosition(1, end));
                return line;
            }

            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted)
            {
                return null;
            }
        }
    }

    public async ValueTask DisposeAsync() => await connection.DisposeAsync();
}
