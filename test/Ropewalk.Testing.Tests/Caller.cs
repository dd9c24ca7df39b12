using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Client;

namespace Ropewalk.Testing.Tests;

/// <summary>Is a small client of lines.</summary>
internal sealed class Caller(ConnectionContext connection) : IAsyncDisposable
{
    public ConnectionContext Connection => connection;

    public static async Task<Caller> ConnectAsync(InProcessServer server)
    {
        await CallerContext.Detach();
        return new Caller(await server.ConnectAsync());
    }

    public static async Task<string> ReadToEndAsync(ConnectionContext connection)
    {
        while (true)
        {
            ReadResult read = await connection.Transport.Input.ReadAsync();
            if (read.IsCompleted)
            {
                string text = Encoding.UTF8.GetString(read.Buffer);
                connection.Transport.Input.AdvanceTo(read.Buffer.End);
                return text;
            }

            connection.Transport.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    public async Task SayAsync(string text) => await connection.Transport.Output.WriteAsync(Encoding.UTF8.GetBytes(text));

    public async Task<string?> AskAsync(string line)
    {
        await SayAsync(line + "\r\n");
        return await ReadLineAsync();
    }

    public async Task<string?> ReadLineAsync()
    {
        while (true)
        {
            ReadResult read = await connection.Transport.Input.ReadAsync();
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                string line = Encoding.UTF8.GetString(read.Buffer.Slice(0, end)).TrimEnd('\r');
                connection.Transport.Input.AdvanceTo(read.Buffer.GetPosition(1, end));
                return line;
            }

            connection.Transport.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted)
            {
                return null;
            }
        }
    }

    public Task<string> ReadToEndAsync() => ReadToEndAsync(connection);

    public void Abort() => connection.Abort();

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
