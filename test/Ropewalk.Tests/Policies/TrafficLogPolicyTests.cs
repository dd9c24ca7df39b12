using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Ropewalk.Policies;
using Ropewalk.Tests.Security.Tls;
using Ropewalk.Transports;

namespace Ropewalk.Tests.Policies;

public sealed class TrafficLogPolicyTests
{
    private readonly CapturedLog _log = new();

    [Fact]
    public async Task Both_directions_are_shown()
    {
        await TalkAsync(new TrafficLogOptions(), async connection =>
        {
            Assert.Equal("NOOP\r\n", await connection.ReadTextAsync(6));
            await connection.WriteTextAsync("250 \u0001 fine\r\n");
            SharedBytes shared = SharedBytes.Own("* 1 EXISTS\r\n"u8.ToArray());
            Assert.True(connection.Features.GetRequiredFeature<IOutboundQueueFeature>().TryEnqueue(shared));
        }, "NOOP\r\n");
        Assert.Contains(@"received 6 bytes: NOOP\r\n", _log.Text, StringComparison.Ordinal);
        Assert.Contains(@"sent 12 bytes: 250 \x01 fine\r\n", _log.Text, StringComparison.Ordinal);
        Assert.Contains(@"sent 12 bytes: * 1 EXISTS\r\n", _log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_hexadecimal_digits()
    {
        await TalkAsync(new TrafficLogOptions { Format = TrafficFormat.Hex }, connection => connection.ReadTextAsync(3), "AB\n");
        Assert.Contains("received 3 bytes: 41420A", _log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PASS hunter2\r\n")]
    [InlineData("USER joe\r\nPASS hunter2\r\nSTAT\r\n")]
    [InlineData("AUTH PLAIN hunter2==\r\n")]
    [InlineData("a1 AUTHENTICATE PLAIN hunter2==\r\n")]
    [InlineData("a1 LOGIN joe hunter2\r\n")]
    [InlineData("OPER joe hunter2\r\n")]
    [InlineData("PRIVMSG NickServ :IDENTIFY hunter2\r\n")]
    [InlineData("GET / HTTP/1.1\r\nAuthorization: Basic hunter2\r\nHost: a\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nCookie: session=hunter2\r\n\r\n")]
    [InlineData("aHVudGVyMg==\r\n")]
    public async Task Usual_secrets_are_masked(string line)
    {
        foreach (TrafficFormat format in Enum.GetValues<TrafficFormat>())
        {
            await TalkAsync(new TrafficLogOptions { Format = format }, connection => connection.ReadTextAsync(line.Length), line);
        }

        Assert.DoesNotContain("hunter2", _log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("aHVudGVyMg", _log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToHexString("hunter2"u8), _log.Text, StringComparison.Ordinal);
        Assert.Contains("***", _log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_protocol_hides_what_it_knows_to_be_secret()
    {
        await TalkAsync(new TrafficLogOptions { Mask = static (text, _) => text }, async connection =>
        {
            ITrafficLogFeature log = connection.Features.GetRequiredFeature<ITrafficLogFeature>();
            log.HidesReceived = true;
            await connection.ReadTextAsync(8);
            log.HidesReceived = false;
            log.HidesSent = true;
            await connection.WriteTextAsync("token hunter2");
        }, "hunter2\n");
        Assert.DoesNotContain("hunter2", _log.Text, StringComparison.Ordinal);
        Assert.Contains("received 8 bytes (hidden)", _log.Text, StringComparison.Ordinal);
        Assert.Contains("sent 13 bytes (hidden)", _log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_bounded()
    {
        await TalkAsync(new TrafficLogOptions { MaxShownBytes = 4, MaxConnectionBytes = 100 }, async connection =>
        {
            for (int i = 0; i < 50; i++)
            {
                await connection.WriteTextAsync("0123456789");
            }
        });
        Assert.Contains("sent 10 bytes: 0123 …", _log.Text, StringComparison.Ordinal);
        Assert.Equal(11, _log.Text.Split('\n').Length);
        Assert.Contains("no more will be", _log.Text, StringComparison.Ordinal);
    }

    private async Task TalkAsync(TrafficLogOptions options, Func<ConnectionContext, Task> serve, string? request = null)
    {
        (ConnectionContext client, ConnectionContext server) = PolicyPair.Create();
        if (request is not null)
        {
            await client.WriteTextAsync(request);
        }

        await new TrafficLogPolicy(options, _log).Apply(connection => serve(connection))(server).WaitAsync(PolicyPair.Patience);
    }
}
