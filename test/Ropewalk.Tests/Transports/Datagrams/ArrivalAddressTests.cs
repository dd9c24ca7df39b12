using System.Net;
using System.Net.Sockets;
using System.Text;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Tests.Transports.Datagrams;

/// <summary>A port bound to every address answers from the one that it was asked at: a connected client hears nothing else.</summary>
public sealed class ArrivalAddressTests
{
    [Theory]
    [InlineData("0.0.0.0", "127.0.0.1", false)]
    [InlineData("0.0.0.0", "127.0.0.2", false)]
    [InlineData("0.0.0.0", "127.0.0.3", true)]
    [InlineData("::", "::1", false)]
    [InlineData("::", "::1", true)]
    [InlineData("::", "127.0.0.1", false)]
    [InlineData("::", "127.0.0.2", false)]
    [InlineData("::", "127.0.0.2", true)]
    [InlineData("127.0.0.4", "127.0.0.4", false)]
    public async Task Replies_leave_from_the_address_of_arrival(string bound, string asked, bool late)
    {
        DatagramKind.Batched.Require();
        Assert.SkipUnless(bound != "::" || Socket.OSSupportsIPv6, "no IPv6 here");
        var kept = new TaskCompletionSource<ReplyTo>();
        await using DatagramPort port = DatagramPort.Bind(
            new IPEndPoint(IPAddress.Parse(bound), 0),
            (ref DatagramBatch batch) =>
            {
                if (late)
                {
                    kept.TrySetResult(batch.GetReplyTo(0));
                    return;
                }

                batch.Reply(0, Describe(batch[0].Peer, batch[0].LocalAddress));
            });
        using var client = new Socket(IPAddress.Parse(asked).AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 20_000 };
        await client.ConnectAsync(IPAddress.Parse(asked), port.LocalEndPoint.Port);
        client.Send("?"u8);
        if (late)
        {
            ReplyTo replyTo = await kept.Task.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
            Assert.True(replyTo.TrySend(Describe(replyTo.Peer, replyTo.LocalAddress)));
        }

        byte[] heard = new byte[200];
        int length = client.Receive(heard);
        Assert.Equal($"{client.LocalEndPoint} at {client.RemoteEndPoint}", Encoding.ASCII.GetString(heard, 0, length));
    }

    [Fact]
    public async Task Without_dual_stack_IPv4_is_refused()
    {
        DatagramKind.Batched.Require();
        Assert.SkipUnless(Socket.OSSupportsIPv6, "no IPv6 here");
        await using DatagramPort port = DatagramPort.Bind(
            new IPEndPoint(IPAddress.IPv6Any, 0),
            (ref DatagramBatch batch) => batch.Reply(0, batch[0].Payload),
            new DatagramPortOptions { DualStack = false });
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 20_000 };
        await client.ConnectAsync(IPAddress.Loopback, port.LocalEndPoint.Port);
        client.Send("?"u8);
        SocketException refused = Assert.Throws<SocketException>(() => client.Receive(new byte[10]));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }

    // Sent to 127.255.255.255, a broadcast of the loopback network: nothing can leave from there, and the answer must come all the same.
    [Fact]
    public async Task A_broadcast_is_answered_from_an_address_that_can_be_left_from()
    {
        DatagramKind.Batched.Require();
        await using DatagramPort port = DatagramPort.Bind(
            new IPEndPoint(IPAddress.Any, 0), (ref DatagramBatch batch) => batch.Reply(0, batch[0].Payload));
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
        {
            ReceiveTimeout = 20_000,
            EnableBroadcast = true,
        };
        client.SendTo("everybody"u8, new IPEndPoint(IPAddress.Parse("127.255.255.255"), port.LocalEndPoint.Port));
        byte[] heard = new byte[200];
        Assert.Equal("everybody"u8, heard.AsSpan(0, client.Receive(heard)));
        await port.StopAsync();
        Assert.Equal(0, port.ReadCounters().Dropped);
    }

    private static byte[] Describe(in PeerAddress peer, in PeerAddress local) => Encoding.ASCII.GetBytes($"{peer} at {local}");
}
