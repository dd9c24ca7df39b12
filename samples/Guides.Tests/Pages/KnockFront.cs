using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Framing;
using Ropewalk.Sessions;

namespace Guides.Tests.Pages;

internal sealed class KnockFront(string word, ConnectionDelegate next)
{
    public async Task ServeAsync(ConnectionContext connection)
    {
        if (await KnocksAsync(connection))
        {
            await next(connection);
        }
    }

    private async Task<bool> KnocksAsync(ConnectionContext connection)
    {
        await foreach (ReadOnlySequence<byte> line in connection.Transport.Input.ReadFramesAsync(Frames.Lines(100)))
        {
            return Encoding.UTF8.GetString(line) == word;
        }

        return false;
    }
}
