using System.IO.Pipes;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Endpoints;
using Ropewalk.Endpoints.Schemes;
using Ropewalk.Server;
using Ropewalk.Tests.Server;
using Ropewalk.Transports;

namespace Ropewalk.Tests.Endpoints.Schemes;

public sealed class StdioEndpointSchemeTests
{
    private readonly AnonymousPipeServerStream _toServer = new(PipeDirection.Out);
    private readonly AnonymousPipeServerStream _fromServer = new(PipeDirection.In);
    private readonly EndpointContext _context = new();

    public StdioEndpointSchemeTests() => _context.Schemes.Add(new StdioEndpointScheme(() => (
        new AnonymousPipeClientStream(PipeDirection.In, _toServer.ClientSafePipeHandle),
        new AnonymousPipeClientStream(PipeDirection.Out, _fromServer.ClientSafePipeHandle))));

    [Fact]
    public async Task OneConnectionIsServedAndListeningEndsWithIt()
    {
        await using var server = new ConnectionServer(_context);
        Listening listening = await server.ListenAsync("stdio:", ConnectionServerTests.EchoLineAsync);

        await _toServer.WriteAsync("hello\n"u8.ToArray());
        byte[] answer = new byte[6];
        await _fromServer.ReadExactlyAsync(answer);

        Assert.Equal("hello\n", Encoding.ASCII.GetString(answer));
        await listening.AcceptingEnded;
        await Eventually.HoldsAsync(() => listening.CaptureTotals().EndedBy(ConnectionEndReason.Completed) == 1, "it has ended");
    }

    [Fact]
    public async Task TheEndOfTheInputIsAHalfClose()
    {
        await using var server = new ConnectionServer(_context);
        await server.ListenAsync("stdio:", async connection =>
        {
            string all = await ConnectionServerTests.ReadToEndAsync(connection);
            await ConnectionServerTests.SendAsync(connection, $"{all.Length} bytes");
        });

        await _toServer.WriteAsync(new byte[100_000]);
        _toServer.Dispose();

        byte[] answer = new byte[12];
        await _fromServer.ReadExactlyAsync(answer);
        Assert.Equal("100000 bytes", Encoding.ASCII.GetString(answer));
    }

    [Fact]
    public async Task ConnectingIsTheSameTheOtherWayRound()
    {
        await using ConnectionContext connection = await _context.ConnectAsync(EndpointSpec.Parse("stdio:"));
        await ConnectionServerTests.SendAsync(connection, "hello");
        byte[] sent = new byte[5];
        await _fromServer.ReadExactlyAsync(sent);
        await _toServer.WriteAsync("hi"u8.ToArray());
        _toServer.Dispose();

        Assert.Equal("hello", Encoding.ASCII.GetString(sent));
        Assert.Equal("hi", await ConnectionServerTests.ReadToEndAsync(connection));
    }
}
