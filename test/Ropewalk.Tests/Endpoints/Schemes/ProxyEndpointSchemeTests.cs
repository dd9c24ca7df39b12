using System.Net;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Endpoints;
using Ropewalk.Endpoints.ProxyProtocol;
using Ropewalk.Endpoints.ProxyProtocol.Wire;
using Ropewalk.Server;
using Ropewalk.Testing;
using Ropewalk.Tests.Endpoints.ProxyProtocol.Wire;
using Ropewalk.Tests.Server;
using Ropewalk.Transports;
using Ropewalk.Transports.Memory;

namespace Ropewalk.Tests.Endpoints.Schemes;

public sealed class ProxyEndpointSchemeTests
{
    private readonly VirtualTime _time = new();
    private readonly RecordingLog _log = new();
    private readonly EndpointContext _context;
    private readonly ConnectionServer _server;

    public ProxyEndpointSchemeTests()
    {
        _context = new EndpointContext { TimeProvider = _time, LoggerFactory = _log };
        _server = new ConnectionServer(_context);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task TheConnectionHasTheAddressesOfTheHeaderAndKeepsWhatStandsBehindIt(int version)
    {
        await _server.ListenAsync(@"proxy:trust=unix:then=mem\:a", DescribeAsync);
        await using ConnectionContext client = await _context.ConnectAsync(EndpointSpec.Parse("mem:a"));
        var header = new ProxyHeader(version, ProxyCommand.Proxy, IPEndPoint.Parse("192.0.2.1:1234"), IPEndPoint.Parse("198.51.100.1:25"));

        // byte by byte: the header may come in any number of segments
        byte[] bytes = [.. ProxyHeaderDecoderTests.Encode(header), .. "hello\n"u8];
        foreach (byte one in bytes)
        {
            await client.Transport.Output.WriteAsync(new[] { one });
        }

        Assert.Equal("192.0.2.1:1234 > 198.51.100.1:25 PROXY by mem:client-1: hello\n", await ConnectionServerTests.ReadToEndAsync(client));
    }

    [Theory]
    [InlineData("PROXY UNKNOWN\r\n", "Proxy")]
    [InlineData("\r\n\r\n\0\r\nQUIT\n\x20\0\0\0", "Local")]
    public async Task AHeaderWithoutAddressesLeavesTheConnectionsOwn(string header, string command)
    {
        await _server.ListenAsync(@"proxy:trust=unix:then=mem\:a", DescribeAsync);
        await using ConnectionContext client = await _context.ConnectAsync(EndpointSpec.Parse("mem:a"));

        await client.Transport.Output.WriteAsync(Encoding.Latin1.GetBytes(header + "hello\n"));

        Assert.Equal($"mem:client-1 > mem:a {command.ToUpperInvariant()} by mem:client-1: hello\n", await ConnectionServerTests.ReadToEndAsync(client));
    }

    [Fact]
    public async Task AnUntrustedSenderIsRefusedUnreadAndLoggedOnce()
    {
        bool served = false;
        Listening listening = await _server.ListenAsync(@"proxy:trust=10.0.0.0/8,192.0.2.1:then=tcp\:127.0.0.1\:0", _ =>
        {
            served = true;
            return Task.CompletedTask;
        });
        EndpointSpec to = EndpointSpec.FromEndPoint(listening.EndPoint);

        for (int i = 0; i < 3; i++)
        {
            // the reset may come before connecting has been noticed
            await Assert.ThrowsAnyAsync<IOException>(async () =>
            {
                await using ConnectionContext client = await _context.ConnectAsync(to);
                await ConnectionServerTests.SendAsync(client, "PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n");
                await ConnectionServerTests.ReadToEndAsync(client);
            });
        }

        await Eventually.HoldsAsync(() => listening.CaptureTotals().Refused == 3, "all are counted as refused");
        Assert.False(served);
        Assert.Contains("127.0.0.1", _log.TextOf(1080));
    }

    [Theory]
    [InlineData("GET / HTTP/1.0\r\n\r\n")]
    [InlineData("PROXY TCP4 1.2.3.4")]
    public async Task WhatIsNoHeaderIsAViolation(string sent)
    {
        Listening listening = await _server.ListenAsync(@"proxy:trust=unix:then=mem\:a", DescribeAsync);
        await using ConnectionContext client = await _context.ConnectAsync(EndpointSpec.Parse("mem:a"));

        await ConnectionServerTests.SendAsync(client, sent);
        await client.Transport.Output.CompleteAsync();

        await Eventually.HoldsAsync(() => listening.CaptureTotals().EndedBy(ConnectionEndReason.ProtocolViolation) == 1, "the end is counted");
    }

    [Fact]
    public async Task AHealthCheckThatOnlyConnectsIsNone()
    {
        Listening listening = await _server.ListenAsync(@"proxy:trust=unix:then=mem\:a", DescribeAsync);
        await using (await _context.ConnectAsync(EndpointSpec.Parse("mem:a")))
        {
        }

        await Eventually.HoldsAsync(() => listening.CaptureTotals().EndedBy(ConnectionEndReason.Completed) == 1, "the end is counted");
    }

    [Theory]
    [InlineData("", 5_000)]
    [InlineData(":timeout=200ms", 200)]
    public async Task AHeaderThatDoesNotComeInTimeEndsTheConnection(string key, int milliseconds)
    {
        Listening listening = await _server.ListenAsync($@"proxy:trust=unix{key}:then=mem\:a", DescribeAsync);
        await using ConnectionContext client = await _context.ConnectAsync(EndpointSpec.Parse("mem:a"));
        await ConnectionServerTests.SendAsync(client, "PROX");
        await Eventually.HoldsAsync(() => _time.UntilNextTimer == TimeSpan.FromMilliseconds(milliseconds), "the deadline is set");

        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));

        await Eventually.HoldsAsync(() => listening.CaptureTotals().EndedBy(ConnectionEndReason.TimedOut) == 1, "the end is counted");
        Assert.Equal(0, listening.ConnectionCount);
    }

    [Fact]
    public async Task ListeningWantsToKnowWhomToTrust()
    {
        var exception = await Assert.ThrowsAsync<EndpointException>(() => _server.ListenAsync(@"proxy:then=mem\:a", DescribeAsync).AsTask());

        Assert.Contains("trust=10.0.0.0/8", exception.Message);
    }

    [Theory]
    [InlineData(@"proxy:version=1:then=mem\:a", "mem:client-1 > mem:a PROXY by mem:client-1: hello\n")]
    [InlineData(@"proxy:then=mem\:a", "mem:client-1 > mem:a PROXY by mem:client-1: hello\n")]
    public async Task ConnectingSendsAHeader(string to, string expected)
    {
        await _server.ListenAsync(@"proxy:trust=unix:then=mem\:a", DescribeAsync);

        await using ConnectionContext client = await _context.ConnectAsync(EndpointSpec.Parse(to));
        await ConnectionServerTests.SendAsync(client, "hello\n");

        Assert.Equal(expected, await ConnectionServerTests.ReadToEndAsync(client));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task ConnectingOverTcpTellsItsOwnAddresses(int version)
    {
        Listening listening = await _server.ListenAsync(@"proxy:trust=127.0.0.0/8:then=tcp\:127.0.0.1\:0", DescribeAsync);
        int port = ((IPEndPoint)listening.EndPoint).Port;

        await using ConnectionContext client = await _context.ConnectAsync(EndpointSpec.Parse($@"proxy:version={version}:then=tcp\:127.0.0.1\:{port}"));
        await ConnectionServerTests.SendAsync(client, "hello\n");

        Assert.Equal($"{client.LocalEndPoint} > 127.0.0.1:{port} PROXY by {client.LocalEndPoint}: hello\n", await ConnectionServerTests.ReadToEndAsync(client));
    }

    [Fact]
    public async Task ConnectingOnBehalfOfAnotherTellsTheOthersAddresses()
    {
        await _server.ListenAsync(@"proxy:trust=unix:then=mem\:a", DescribeAsync);
        (ConnectionContext origin, _) = MemoryTransport.CreatePair();
        origin.RemoteEndPoint = IPEndPoint.Parse("[2001:db8::1]:1");
        origin.LocalEndPoint = IPEndPoint.Parse("[2001:db8::2]:2");

        await using ConnectionContext client = await _context.WithOrigin(origin).ConnectAsync(EndpointSpec.Parse(@"proxy:then=mem\:a"));
        await ConnectionServerTests.SendAsync(client, "hello\n");

        Assert.StartsWith("[2001:db8::1]:1 > [2001:db8::2]:2 ", await ConnectionServerTests.ReadToEndAsync(client));
    }

    [Theory]
    [InlineData("10.0.0.0/8", "10.1.2.3", true)]
    [InlineData("10.0.0.0/8", "::ffff:10.1.2.3", true)]
    [InlineData("10.0.0.0/8", "11.0.0.1", false)]
    [InlineData("192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("fd00::/8,::1", "fd12::1", true)]
    [InlineData("fd00::/8,::1", "::1", true)]
    [InlineData("fd00::/8", "2001:db8::1", false)]
    [InlineData("unix", "127.0.0.1", false)]
    [InlineData("0.0.0.0/0", "2001:db8::1", false)]
    public void Trust(string list, string sender, bool expected) =>
        Assert.Equal(expected, TrustedSenders.Parse(list.Split(',')).Contains(new IPEndPoint(IPAddress.Parse(sender), 1)));

    [Fact]
    public void OnlyUnixTrustsWhatHasNoAddress()
    {
        Assert.True(TrustedSenders.Parse(["unix"]).Contains(new MemoryEndPoint("x")));
        Assert.True(TrustedSenders.Parse(["unix"]).Contains(null));
        Assert.False(TrustedSenders.Parse(["10.0.0.0/8"]).Contains(null));
    }

    private static async Task DescribeAsync(ConnectionContext connection)
    {
        IProxyHeaderFeature feature = connection.Features.Get<IProxyHeaderFeature>()!;
        string command = feature.Header.Command.ToString().ToUpperInvariant();
        await ConnectionServerTests.SendAsync(connection, $"{connection.RemoteEndPoint} > {connection.LocalEndPoint} {command} by {feature.Sender}: ");
        await ConnectionServerTests.EchoLineAsync(connection);
    }
}
