using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Framing;
using Ropewalk.Sessions;

namespace Guides.Tests.Pages;

/// <summary>A client of a little store: <c>GET key</c> is answered with <c>VALUE text</c> or <c>NONE</c>. It waits five seconds, and tries a lost connection once more.</summary>
public sealed class StoreClient(Func<ValueTask<ConnectionContext>> connect, TimeProvider time)
{
    public async Task<string?> GetAsync(string key)
    {
        try
        {
            return await AskAsync(key);
        }
        catch (IOException)
        {
            return await AskAsync(key);
        }
    }

    private async Task<string?> AskAsync(string key)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5), time);
        await using ConnectionContext connection = await connect();
        await connection.Transport.Output.WriteAsync(Encoding.UTF8.GetBytes($"GET {key}\r\n"));
        try
        {
            await foreach (ReadOnlySequence<byte> line in connection.Transport.Input.ReadFramesAsync(Frames.Lines(1000), patience.Token))
            {
                string answer = Encoding.UTF8.GetString(line);
                return answer.StartsWith("VALUE ", StringComparison.Ordinal) ? answer[6..] : null;
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"No answer to GET {key} in five seconds.");
        }

        throw new IOException("The store hung up in the middle of its answer.");
    }
}
