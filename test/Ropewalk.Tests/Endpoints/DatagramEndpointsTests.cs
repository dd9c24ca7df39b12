using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Client;
using Ropewalk.Endpoints;
using Ropewalk.Endpoints.Schemes;
using Ropewalk.Tests.Transports.Datagrams;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Tests.Endpoints;

public sealed class DatagramEndpointsTests
{
    [Theory]
    [InlineData("udp:127.0.0.1:0", "127.0.0.1")]
    [InlineData("127.0.0.1:0", "127.0.0.1")]
    [InlineData("udp:0", "127.0.0.1")]
    [InlineData("udp:0", "127.0.0.2")]
    [InlineData("0", "127.0.0.1")]
    [InlineData("udp:[::1]:0", "::1")]
    [InlineData("udp:both.test:0", "127.0.0.1")]
    [InlineData("udp:both.test:0", "::1")]
    public async Task Binds_where_the_string_says(string spec, string askedAt)
    {
        var address = IPAddress.Parse(askedAt);
        Assert.SkipUnless(address.AddressFamily == AddressFamily.InterNetwork || Socket.OSSupportsIPv6, "no IPv6 here");
        var context = new EndpointContext { NameResolver = new BothFamilies() };
        await using IDatagramPort port = await context.BindDatagramsAsync(EndpointSpec.Parse(spec), Echo);
        Ask(new IPEndPoint(address, port.LocalEndPoint.Port));
        Assert.Equal(1, port.ReadCounters().Received);
        await port.SwapHandlerAsync(Echo);
        await port.StopAsync();
    }

    [Fact]
    public async Task What_the_string_says_comes_on_top_of_the_options()
    {
        var factory = new Recording();
        var context = new EndpointContext { DatagramPorts = factory };
        var mine = new DatagramPortOptions { Workers = 2, BatchSize = 7, ReceiveBufferBytes = 10_000 };
        await context.BindDatagramsAsync(EndpointSpec.Parse("udp:127.0.0.1:53:workers=3:sndbuf=20000"), Echo, mine);
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 53), factory.At);
        Assert.Equal((3, 7, 10_000, 20_000), (factory.Options!.Workers, factory.Options.BatchSize, factory.Options.ReceiveBufferBytes, factory.Options.SendBufferBytes));
        Assert.Equal(2, mine.Workers);
    }

    [Theory]
    [InlineData("tcp:127.0.0.1:0", "not one of datagrams")]
    [InlineData("mem:a", "not one of datagrams")]
    [InlineData("systemd:dns", "LISTEN_FDS")]
    [InlineData("fd:0", "Descriptor 0 is not a bound UDP socket")]
    [InlineData("fd:9999", "Descriptor 9999 is not a bound UDP socket")]
    [InlineData("udp:203.0.113.1:0", "does not have the address")]
    public async Task Says_why_not(string spec, string why)
    {
        var context = new EndpointContext();
        EndpointException told = await Assert.ThrowsAsync<EndpointException>(async () => await context.BindDatagramsAsync(EndpointSpec.Parse(spec), Echo));
        Assert.Contains(why, told.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_in_use_is_told_by_its_endpoint()
    {
        var context = new EndpointContext();
        await using IDatagramPort port = await context.BindDatagramsAsync(EndpointSpec.Parse("udp:127.0.0.1:0"), Echo);
        EndpointException told = await Assert.ThrowsAsync<EndpointException>(
            async () => await context.BindDatagramsAsync(EndpointSpec.Parse($"udp:127.0.0.1:{port.LocalEndPoint.Port}:workers=4"), Echo));
        Assert.Contains("in use", told.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_activated_socket_is_found_by_its_name()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "descriptors are handed over on Linux");
        var factory = new Recording();
        var variables = new Dictionary<string, string> { ["LISTEN_FDS"] = "2", ["LISTEN_PID"] = "1", ["LISTEN_FDNAMES"] = "http:dns" };
        var schemes = EndpointSchemes.CreateDefault();
        schemes.Add(new SystemdEndpointScheme(SocketActivation.Parse(variables.GetValueOrDefault, 1)));
        var context = new EndpointContext { Schemes = schemes, DatagramPorts = factory };
        await context.BindDatagramsAsync(EndpointSpec.Parse("systemd:dns"), Echo);
        Assert.Equal(4ul, Assert.IsType<FileHandleEndPoint>(factory.At).FileHandle);
    }

    [Fact]
    public async Task A_udp_socket_that_was_handed_over_is_told_from_a_stream_socket()
    {
        using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        using var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        udp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        string datagrams = $"fd:{udp.Handle}", streams = $"fd:{tcp.Handle}";
        Assert.Equal([datagrams + ":udp"], DatagramEndpoints.SplitInherited(EndpointSpec.Parse(datagrams)).Select(at => at.ToString()));
        Assert.Equal([streams], DatagramEndpoints.SplitInherited(EndpointSpec.Parse(streams)).Select(at => at.ToString()));
        Assert.All<string>(
            ["fd:9999", "fd:3:udp", "systemd:dns", "udp:53", "tcp:53"],
            text => Assert.Equal([text], DatagramEndpoints.SplitInherited(EndpointSpec.Parse(text)).Select(at => at.ToString())));

        Assert.SkipUnless(OperatingSystem.IsLinux(), "descriptors are duplicated on Linux");
        int descriptor = LinuxDuplicate.Duplicate((int)udp.Handle);
        await using IDatagramPort port = await new EndpointContext().BindDatagramsAsync(EndpointSpec.Parse($"fd:{descriptor}:udp"), Echo);
        Ask((IPEndPoint)udp.LocalEndPoint!);
    }

    private static void Ask(IPEndPoint at)
    {
        using var client = new Socket(at.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 20_000 };
        client.Connect(at);
        client.Send("?"u8);
        byte[] heard = new byte[10];
        Assert.Equal(1, client.Receive(heard));
    }

    private static void Echo(ref DatagramBatch batch)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            batch.ReplyInPlace(i, batch[i].Payload.Length);
        }
    }

    private sealed class BothFamilies : INameResolver
    {
        public ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string name, AddressFamily family, CancellationToken cancellationToken)
            => ValueTask.FromResult<IReadOnlyList<IPAddress>>([family == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Loopback : IPAddress.Loopback]);
    }

    private sealed class Recording : IDatagramPortFactory
    {
        public EndPoint? At { get; private set; }

        public DatagramPortOptions? Options { get; private set; }

        public ValueTask<IDatagramPort> BindAsync(
            EndPoint at, DatagramHandler handler, DatagramPortOptions? options = null, CancellationToken cancellationToken = default)
        {
            (At, Options) = (at, options);
            return new MemoryDatagramTransport().BindAsync(new IPEndPoint(IPAddress.Loopback, 0), handler, options, cancellationToken);
        }
    }
}
