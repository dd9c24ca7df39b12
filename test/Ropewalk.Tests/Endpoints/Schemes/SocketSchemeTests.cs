using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Diagnostics;
using Ropewalk.Endpoints;
using Ropewalk.Server;
using Ropewalk.Tests.Client;
using Ropewalk.Tests.Server;

namespace Ropewalk.Tests.Endpoints.Schemes;

/// <summary>The schemes tcp, unix, fd and systemd, on real sockets.</summary>
public sealed class SocketSchemeTests : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ropewalk-");
    private readonly EndpointContext _context = new();
    private readonly ConnectionServer _server;

    public SocketSchemeTests() => _server = new ConnectionServer(_context, new ConnectionServerOptions { DrainTimeout = TimeSpan.Zero });

    private string SocketPath => Path.Combine(_folder.FullName, "s");

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    public async Task TcpWithoutHostTakesBothFamilies(string host)
    {
        Listening listening = await ListenAsync("tcp:0");

        await ExpectEchoAsync($"tcp:{host}:{((IPEndPoint)listening.EndPoint).Port}");
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    public async Task TcpOfANameTakesAllOfItsAddressesOnOnePort(string host)
    {
        var names = new FakeNames();
        names.AnswerV4("127.0.0.1");
        names.AnswerV6("::1", "2001:db8::dead");
        await using var server = new ConnectionServer(new EndpointContext { NameResolver = names });
        Listening listening = await server.ListenAsync("tcp:here:0", ConnectionServerTests.EchoLineAsync);

        for (int i = 0; i < 3; i++)
        {
            await ExpectEchoAsync($"tcp:{host}:{((IPEndPoint)listening.EndPoint).Port}");
        }
    }

    [Fact]
    public async Task TcpOfANameThatIsNotThisMachines()
    {
        var names = new FakeNames();
        names.AnswerV4("192.0.2.1");
        names.AnswerV6();
        await using var server = new ConnectionServer(new EndpointContext { NameResolver = names });

        var exception = await Assert.ThrowsAsync<EndpointException>(() => server.ListenAsync("tcp:there:0", ConnectionServerTests.EchoLineAsync).AsTask());

        Assert.Contains("tcp:there:0: this machine does not have the address", exception.Message);
    }

    [Fact]
    public async Task TcpOfANameWithoutAddress()
    {
        var names = new FakeNames();
        names.AnswerV4();
        names.AnswerV6();
        await using var server = new ConnectionServer(new EndpointContext { NameResolver = names });

        var exception = await Assert.ThrowsAsync<EndpointException>(() => server.ListenAsync("tcp:nowhere:0", ConnectionServerTests.EchoLineAsync).AsTask());

        Assert.Contains("the name has no address", exception.Message);
    }

    [Fact]
    public async Task ConnectingWhereNobodyListensIsRefused()
    {
        Listening listening = await ListenAsync("tcp:127.0.0.1:0");
        EndpointSpec gone = EndpointSpec.FromEndPoint(listening.EndPoint);
        await listening.StopAsync();

        var exception = await Assert.ThrowsAsync<EndpointException>(() => _context.ConnectAsync(gone).AsTask());

        Assert.Equal(ErrorSide.Remote, exception.Side);
        Assert.Contains($"{gone}: refused", exception.Message);
    }

    [Theory]
    [InlineData("unix")]
    [InlineData("tcp")]
    public async Task ConnectingToAPeerThatClosesAtOnceEndsOneWayOrTheOther(string scheme)
    {
        Listening listening = await _server.ListenAsync(scheme == "unix" ? $"unix:{SocketPath}" : "tcp:127.0.0.1:0", connection =>
        {
            connection.Abort();
            return Task.CompletedTask;
        });
        EndpointSpec to = EndpointSpec.FromEndPoint(listening.EndPoint);

        // the peer is gone before, while or after the connection is looked at: an error or an end, and never silence
        for (int i = 0; i < 300; i++)
        {
            try
            {
                await using ConnectionContext client = await _context.ConnectAsync(to).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
                await ConnectionServerTests.ReadToEndAsync(client).WaitAsync(TimeSpan.FromSeconds(20));
            }
            catch (IOException)
            {
                // reset
            }
        }
    }

    [Theory]
    [InlineData("600")]
    [InlineData("666")]
    [InlineData("660")]
    public async Task UnixHasItsModeAndItsFileIsRemoved(string mode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "files have no modes there");
        Listening listening = await ListenAsync($"unix:{SocketPath}:mode={mode}");

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal((UnixFileMode)Convert.ToInt32(mode, 8), File.GetUnixFileMode(SocketPath));
        }

        Assert.Equal(SocketPath, listening.EndPoint.ToString());
        await ExpectEchoAsync($"unix:{SocketPath}");
        await listening.StopAsync();
        Assert.False(Path.Exists(SocketPath));
    }

    [Fact]
    public async Task UnixInTheAbstractNamespace()
    {
        string name = $"ropewalk-{Guid.NewGuid():N}";
        await ListenAsync($"unix:@{name}");

        await ExpectEchoAsync($"unix:@{name}");
    }

    [Fact]
    public async Task UnixReplacesAStaleSocket()
    {
        // bound, and closed without removing the file, as a killed process leaves it
        var stale = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        stale.Bind(new UnixDomainSocketEndPoint(SocketPath));
        Socket copy = new(stale.SafeHandle);
        copy.Close();
        GC.SuppressFinalize(stale);
        Assert.True(Path.Exists(SocketPath));

        await ListenAsync($"unix:{SocketPath}");

        await ExpectEchoAsync($"unix:{SocketPath}");
    }

    [Fact]
    public async Task UnixDoesNotReplaceASocketOnWhichSomebodyListens()
    {
        await ListenAsync($"unix:{SocketPath}");

        var exception = await Assert.ThrowsAsync<EndpointException>(() => ListenAsync($"unix:{SocketPath}"));

        Assert.Contains("somebody listens there", exception.Message);
        await ExpectEchoAsync($"unix:{SocketPath}");
    }

    [Fact]
    public async Task UnixDoesNotReplaceASocketWhoseBacklogIsFull()
    {
        using var busy = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        busy.Bind(new UnixDomainSocketEndPoint(SocketPath));
        busy.Listen(0);
        using var waiting = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        waiting.Connect(new UnixDomainSocketEndPoint(SocketPath));

        await Assert.ThrowsAsync<EndpointException>(() => ListenAsync($"unix:{SocketPath}"));

        Assert.True(Path.Exists(SocketPath));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UnixLeavesAloneWhatIsNoSocket(bool isLink)
    {
        string real = isLink ? SocketPath + "-real" : SocketPath;
        await File.WriteAllTextAsync(real, "precious");
        if (isLink)
        {
            File.CreateSymbolicLink(SocketPath, real);
        }

        var exception = await Assert.ThrowsAsync<EndpointException>(() => ListenAsync($"unix:{SocketPath}"));

        Assert.Contains(SocketPath, exception.Message);
        Assert.Contains("not a socket", exception.Message);
        Assert.Equal("precious", await File.ReadAllTextAsync(real));
    }

    [Fact]
    public async Task UnixLeavesAloneADanglingLink()
    {
        File.CreateSymbolicLink(SocketPath, SocketPath + "-gone");

        await Assert.ThrowsAsync<EndpointException>(() => ListenAsync($"unix:{SocketPath}"));

        Assert.NotNull(new FileInfo(SocketPath).LinkTarget);
    }

    [Fact]
    public async Task UnixDoesNotRemoveTheFileOfWhoeverHasReplacedIt()
    {
        Listening first = await ListenAsync($"unix:{SocketPath}");
        File.Delete(SocketPath);
        await ListenAsync($"unix:{SocketPath}");

        await first.StopAsync();

        await ExpectEchoAsync($"unix:{SocketPath}");
    }

    [Fact]
    public async Task UnixErrorsNameTheEndpoint()
    {
        var tooLong = await Assert.ThrowsAsync<EndpointException>(() => ListenAsync("unix:/" + new string('x', 200)));
        var noFolder = await Assert.ThrowsAsync<EndpointException>(() => ListenAsync($"unix:{SocketPath}/no/such/folder"));
        var nobody = await Assert.ThrowsAsync<EndpointException>(() => _context.ConnectAsync(EndpointSpec.Parse($"unix:{SocketPath}")).AsTask());

        Assert.Contains("too long", tooLong.Message);
        Assert.Contains($"Cannot listen on unix:{SocketPath}/no/such/folder", noFolder.Message);
        Assert.Contains("there is no such socket", nobody.Message);
    }

    [Fact]
    public async Task FdListensOnAnInheritedSocket()
    {
        OpenListening(out int descriptor, out int port);

        await ListenAsync($"fd:{descriptor}");

        await ExpectEchoAsync($"tcp:127.0.0.1:{port}");
    }

    [Fact]
    public async Task FdSaysWhatIsWrongWithADescriptor()
    {
        using var datagram = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        using var idle = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using FileStream file = File.Create(SocketPath);

        foreach ((int descriptor, string words) in ((int, string)[])[
            ((int)datagram.Handle, "type Dgram"),
            ((int)idle.Handle, "does not listen"),
            ((int)file.SafeFileHandle.DangerousGetHandle(), "not an open socket"),
            (9999, "not an open socket")])
        {
            var exception = await Assert.ThrowsAsync<EndpointException>(() => ListenAsync($"fd:{descriptor}"));
            Assert.Contains($"Cannot listen on fd:{descriptor}", exception.Message);
            Assert.Contains(words, exception.Message);
        }

        await Assert.ThrowsAsync<EndpointException>(() => _context.ConnectAsync(EndpointSpec.Parse("fd:3")).AsTask());
    }

    private async Task<Listening> ListenAsync(string at) => await _server.ListenAsync(at, ConnectionServerTests.EchoLineAsync);

    private async Task ExpectEchoAsync(string to)
    {
        await using ConnectionContext client = await _context.ConnectAsync(EndpointSpec.Parse(to));
        await ConnectionServerTests.SendAsync(client, "hello\n");
        Assert.Equal("hello\n", await ConnectionServerTests.ReadToEndAsync(client));
    }

    /// <summary>Opens a socket whose descriptor the server then owns.</summary>
    private static void OpenListening(out int descriptor, out int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        descriptor = (int)socket.Handle;
        socket.SafeHandle.SetHandleAsInvalid();
        GC.SuppressFinalize(socket);
    }
}
