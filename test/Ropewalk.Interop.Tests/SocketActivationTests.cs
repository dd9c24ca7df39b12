using Microsoft.AspNetCore.Connections;
using Ropewalk.Endpoints;

namespace Ropewalk.Interop.Tests;

/// <summary>Sockets that systemd-socket-activate binds and hands over.</summary>
public sealed class SocketActivationTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ropewalk-");

    private string FirstSocket => Path.Combine(_folder.FullName, "first");

    private string SecondSocket => Path.Combine(_folder.FullName, "second");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("smtp")]
    [InlineData("0")]
    public async Task ByNameAndByIndex(string nameOrIndex)
    {
        var activate = ExternalProgram.Find("systemd-socket-activate", "systemd");
        await using RunningProgram server = activate.Start(["-l", FirstSocket, "-l", SecondSocket, "--fdname=smtp:http", .. EchoSample.Command, $"systemd:{nameOrIndex}"]);

        await ExpectEchoAsync(server);
    }

    [Fact]
    public async Task TheOnlyOne()
    {
        var activate = ExternalProgram.Find("systemd-socket-activate", "systemd");
        await using RunningProgram server = activate.Start(["-l", FirstSocket, .. EchoSample.Command, "systemd:"]);

        await ExpectEchoAsync(server);
    }

    [Fact]
    public async Task AsADescriptor()
    {
        var activate = ExternalProgram.Find("systemd-socket-activate", "systemd");
        await using RunningProgram server = activate.Start(["-l", FirstSocket, .. EchoSample.Command, "fd:3"]);

        await ExpectEchoAsync(server);
    }

    [Fact]
    public async Task ANameThatThereIsNotIsAClearError()
    {
        var activate = ExternalProgram.Find("systemd-socket-activate", "systemd");
        await using RunningProgram server = activate.Start(["-l", FirstSocket, "--fdname=smtp", .. EchoSample.Command, "systemd:imap"]);
        await WaitForSocketAsync(server);
        await using ConnectionContext wakes = await new EndpointContext().ConnectAsync(EndpointSpec.Parse($"unix:{FirstSocket}"));

        string errors = await server.Errors.ReadToEndAsync();

        Assert.Contains("Cannot listen on systemd:imap: no activated socket has that name or index; there are: 0 (smtp)", errors);
    }

    private async Task ExpectEchoAsync(RunningProgram server)
    {
        await WaitForSocketAsync(server);
        await using ConnectionContext client = await new EndpointContext().ConnectAsync(EndpointSpec.Parse($"unix:{FirstSocket}"));
        await client.Transport.Output.WriteAsync("hello"u8.ToArray());
        var read = await client.Transport.Input.ReadAtLeastAsync(5);
        Assert.Equal("hello"u8.ToArray(), read.Buffer.FirstSpan.ToArray());
        client.Transport.Input.AdvanceTo(read.Buffer.End);
    }

    private static async Task WaitForSocketAsync(RunningProgram server)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (await server.Errors.ReadLineAsync(late.Token) is { } line && !line.Contains("Listening on", StringComparison.Ordinal))
        {
            // it says what it does
        }
    }
}
