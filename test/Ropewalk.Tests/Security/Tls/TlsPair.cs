using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Security.Tls;
using Ropewalk.Transports.Memory;

namespace Ropewalk.Tests.Security.Tls;

/// <summary>Two ends in memory, before or after a handshake.</summary>
internal static class TlsPair
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static async Task<(ConnectionContext Client, ConnectionContext Server)> CreateAsync(TlsServerOptions? server = null, TlsClientOptions? client = null)
    {
        (ConnectionContext clientEnd, ConnectionContext serverEnd) = MemoryTransport.CreatePair();
        Task accepting = serverEnd.UpgradeToTlsAsync(server ?? TestCertificates.Server()).AsTask();
        await clientEnd.UpgradeToTlsAsync(client ?? TestCertificates.Client()).AsTask().WaitAsync(Patience);
        await accepting.WaitAsync(Patience);
        return (clientEnd, serverEnd);
    }

    public static async Task<string> ReadTextAsync(this ConnectionContext connection, int length)
    {
        ReadResult result = await connection.Transport.Input.ReadAtLeastAsync(length).AsTask().WaitAsync(Patience);
        string text = Encoding.ASCII.GetString(result.Buffer.ToArray());
        connection.Transport.Input.AdvanceTo(result.Buffer.End);
        return text;
    }

    public static async Task<string> ReadToEndAsync(this ConnectionContext connection)
    {
        var text = new StringBuilder();
        while (true)
        {
            ReadResult result = await connection.Transport.Input.ReadAsync().AsTask().WaitAsync(Patience);
            text.Append(Encoding.ASCII.GetString(result.Buffer.ToArray()));
            connection.Transport.Input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return text.ToString();
            }
        }
    }

    public static async Task WriteTextAsync(this ConnectionContext connection, string text) =>
        await connection.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes(text));
}
