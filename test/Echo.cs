using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;

/// <summary>Says back what is said over a connection, and asks somebody who does. It stays in its caller's context.</summary>
internal static class Echo
{
    /// <summary>Answers with what comes, until the end.</summary>
    public static async Task ServeAsync(ConnectionContext connection)
    {
        while (true)
        {
            ReadResult read = await connection.Transport.Input.ReadAsync();
            foreach (ReadOnlyMemory<byte> piece in read.Buffer)
            {
                connection.Transport.Output.Write(piece.Span);
            }

            connection.Transport.Input.AdvanceTo(read.Buffer.End);
            await connection.Transport.Output.FlushAsync();
            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    /// <summary>Says something, and waits for as many bytes.</summary>
    public static async Task<string> AskAsync(ConnectionContext connection, string text)
    {
        await connection.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes(text));
        ReadResult read = await connection.Transport.Input.ReadAtLeastAsync(text.Length);
        string answer = Encoding.ASCII.GetString(read.Buffer);
        connection.Transport.Input.AdvanceTo(read.Buffer.End);
        return answer;
    }
}
