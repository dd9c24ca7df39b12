using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Framing;
using Ropewalk.Security.Tls;
using Ropewalk.Server;
using Ropewalk.Sessions;

namespace Recipes;

/// <summary>Speaks a line protocol that begins in the clear and becomes TLS when the client says STARTTLS.</summary>
internal static class StartTls
{
    private static readonly TlsServerOptions Tls = new() { Certificates = CertificateStore.FromDevelopment() };

    public static async Task Main(string[] args)
    {
        await using var server = new ConnectionServer();
        Listening listening = await server.ListenAsync(args.ElementAtOrDefault(0) ?? "tcp:127.0.0.1:7000", ServeAsync);
        Console.WriteLine($"listening on {listening.EndPoint}; Enter stops it");
        Console.ReadLine();
    }

    private static async Task ServeAsync(ConnectionContext connection)
    {
        Write(connection, "220 ready");
        await connection.Transport.Output.FlushAsync();
        if (await ConverseAsync(connection, isSecure: false))
        {
            Write(connection, "220 go ahead");               // not flushed: the upgrade sends it, once it knows that nothing was smuggled in
            await connection.UpgradeToTlsAsync(Tls);
            await ConverseAsync(connection, isSecure: true);  // connection.Transport is another one now
        }
    }

    // True when the client asks for TLS. Whatever was said before that is forgotten.
    private static async Task<bool> ConverseAsync(ConnectionContext connection, bool isSecure)
    {
        await foreach (ReadOnlySequence<byte> line in connection.Transport.Input.ReadFramesAsync(Frames.Lines(200)))
        {
            switch (Encoding.ASCII.GetString(line).Split(' ')[0].ToUpperInvariant())
            {
                case "STARTTLS" when !isSecure:
                    return true;
                case "EHLO":
                    Write(connection, isSecure ? "250 AUTH" : "250 STARTTLS");
                    break;
                case "AUTH":
                    Write(connection, isSecure ? "235 welcome" : "530 STARTTLS first");
                    break;
                default:
                    Write(connection, "500 what?");
                    break;
            }

            await connection.Transport.Output.FlushAsync();
        }

        return false;
    }

    private static void Write(ConnectionContext connection, string line) => connection.Transport.Output.Write(Encoding.ASCII.GetBytes(line + "\r\n"));
}
