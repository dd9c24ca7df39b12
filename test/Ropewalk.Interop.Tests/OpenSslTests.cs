using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Endpoints;
using Ropewalk.Security.Tls;
using Ropewalk.Server;

namespace Ropewalk.Interop.Tests;

/// <summary>TLS with OpenSSL's own client and server: handshake, STARTTLS, both ends, and what must be refused.</summary>
public sealed class OpenSslTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ropewalk-");
    private readonly EndpointContext _context = new();
    private readonly DevelopmentCertificate _certificate;

    public OpenSslTests()
    {
        _certificate = new DevelopmentCertificate(_folder.FullName);
        _certificate.GetOrCreate();
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task S_client_is_served_and_sees_an_orderly_end(string version)
    {
        ExternalProgram openssl = ExternalProgram.Find("openssl");
        await using var server = new ConnectionServer(_context);
        Listening listening = await server.ListenAsync($"tls:127.0.0.1:0:cert={_certificate.Path}", AnswerAsync);
        ProgramResult result = await openssl.RunAsync(ClientArguments(listening, version), "hello\n");
        result.Expect();
        Assert.Contains("you said hello", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S_client_upgrades_with_starttls()
    {
        ExternalProgram openssl = ExternalProgram.Find("openssl");
        var options = new TlsServerOptions { Certificates = CertificateStore.FromPem(_certificate.Path!) };
        await using var server = new ConnectionServer(_context);
        Listening listening = await server.ListenAsync("tcp:127.0.0.1:0", async connection =>
        {
            PipeWriter output = connection.Transport.Output;
            await output.WriteAsync("220 ready\r\n"u8.ToArray());
            await ReadLineAsync(connection);
            await output.WriteAsync("250-here\r\n250 STARTTLS\r\n"u8.ToArray());
            Assert.Equal("STARTTLS", await ReadLineAsync(connection));
            output.Write("220 go ahead\r\n"u8);
            await connection.UpgradeToTlsAsync(options);
            await AnswerAsync(connection);
        });
        ProgramResult result = await openssl.RunAsync(ClientArguments(listening, "-starttls", "smtp"), "hello\n");
        result.Expect();
        Assert.Contains("you said hello", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S_client_with_an_old_version_is_refused()
    {
        ExternalProgram openssl = ExternalProgram.Find("openssl");
        await using var server = new ConnectionServer(_context);
        Listening listening = await server.ListenAsync($"tls:127.0.0.1:0:cert={_certificate.Path}:min=1.3", AnswerAsync);
        ProgramResult result = await openssl.RunAsync(ClientArguments(listening, "-tls1_2"), "hello\n");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("alert protocol version", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S_server_is_connected_to()
    {
        ExternalProgram openssl = ExternalProgram.Find("openssl");
        await using RunningProgram peer = openssl.Start(["s_server", "-accept", "127.0.0.1:0", "-cert", _certificate.Path!, "-key", _certificate.Path!, "-rev"]);
        string line = await peer.ReadLineWithAsync("ACCEPT");
        string port = line[(line.LastIndexOf(':') + 1)..].Trim();
        await using ConnectionContext client = await _context.ConnectAsync(EndpointSpec.Parse($"tls:127.0.0.1:{port}:name=localhost:trust={_certificate.Path}"));
        await client.Transport.Output.WriteAsync("hello\n"u8.ToArray());
        Assert.Equal("olleh", await ReadLineAsync(client));
    }

    private List<string> ClientArguments(Listening listening, params string[] more) =>
    [
        "s_client", "-connect", $"127.0.0.1:{((IPEndPoint)listening.EndPoint).Port}", "-servername", "localhost", "-CAfile", _certificate.Path!,
        "-verify_return_error", "-verify_hostname", "localhost", "-quiet", .. more,
    ];

    private static async Task AnswerAsync(ConnectionContext connection)
    {
        string said = await ReadLineAsync(connection);
        await connection.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes($"you said {said}\n"));
    }

    private static async Task<string> ReadLineAsync(ConnectionContext connection)
    {
        while (true)
        {
            ReadResult read = await connection.Transport.Input.ReadAsync();
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                string line = Encoding.ASCII.GetString(read.Buffer.Slice(0, end)).TrimEnd('\r');
                connection.Transport.Input.AdvanceTo(read.Buffer.GetPosition(1, end));
                return line;
            }

            connection.Transport.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted)
            {
                throw new EndOfStreamException();
            }
        }
    }
}
