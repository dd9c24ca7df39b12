using System.Buffers;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Ropewalk.Client;
using Ropewalk.Dns.Server;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Tests.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Tsig;
using Ropewalk.Dns.Zones;
using Ropewalk.Endpoints;
using Ropewalk.Server;
using Ropewalk.Transports;

namespace Ropewalk.Dns.Tests.Server;

/// <summary>Limits, time-outs in virtual time, and how each connection ended.</summary>
public sealed class DnsStreamServerTests
{
    [Fact]
    public async Task Questions_are_answered_and_the_client_ends_it()
    {
        await using StreamRun run = new(new StubResponder());
        await run.SendAsync([.. Enumerable.Range(0, 500).Select(id => Messages.Query((ushort)id))]);
        Assert.Equal(Enumerable.Range(0, 500), (await run.ReceiveAsync(500)).Select(message => (int)Messages.IdOf(message)));
        await run.Output.CompleteAsync();
        await run.Serving;
        Assert.Equal(ConnectionEndReason.Completed, run.End.Reason);
    }

    [Fact]
    public async Task An_idle_connection_is_ended_after_half_a_minute()
    {
        await using StreamRun run = new(new StubResponder());
        await run.SendAsync(Messages.Query(1));
        await run.ReceiveAsync(1);
        await run.AdvanceAsync(TimeSpan.FromSeconds(29.9));
        Assert.Equal(ConnectionEndReason.Open, run.End.Reason);
        await run.AdvanceAsync(TimeSpan.FromSeconds(0.2));
        Assert.Equal(ConnectionEndReason.TimedOut, run.End.Reason);
        Assert.Empty(await run.ReceiveAsync(1));
    }

    [Fact]
    public async Task Half_a_message_and_then_silence_is_ended_after_ten_seconds()
    {
        await using StreamRun run = new(new StubResponder());
        await run.Output.WriteAsync(Messages.Frame(Messages.Query(1)).AsMemory(0, 9));
        for (int i = 0; i < 9; i++)
        {
            await run.AdvanceAsync(TimeSpan.FromSeconds(1));
            await run.Output.WriteAsync(new byte[1]);
        }

        Assert.Equal(ConnectionEndReason.Open, run.End.Reason);
        await run.AdvanceAsync(TimeSpan.FromSeconds(1.1));
        Assert.Equal(ConnectionEndReason.TimedOut, run.End.Reason);
        Assert.Contains("half a message", run.End.Detail);
    }

    [Fact]
    public async Task Who_asks_and_never_reads_is_answered_no_further_and_then_ended()
    {
        StubResponder responder = new(1000);
        await using StreamRun run = new(responder);
        byte[] asked = Messages.Frame(Enumerable.Range(0, 100).Select(id => Messages.Query((ushort)id)));
        Task flood = FloodAsync(run, asked);
        await run.WhenQuietAsync();
        int answered = responder.Count;
        // What lies between: 64 KiB on the way, the transport's buffers, a turn of 32 KiB and an answer.
        Assert.InRange(answered, 50, 400);
        await run.AdvanceAsync(TimeSpan.FromSeconds(59));
        Assert.Equal(answered, responder.Count);
        Assert.Equal(ConnectionEndReason.Open, run.End.Reason);
        await run.AdvanceAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(ConnectionEndReason.TimedOut, run.End.Reason);
        await flood;
    }

    [Fact]
    public async Task A_whole_zone_comes_over_a_connection_and_a_question_overtakes_it()
    {
        TsigKey key = new(DomainName.Parse("key.example."), TsigAlgorithm.HmacSha256, "secret"u8);
        ZoneCatalog zones = new([TestZone.Of([TestZone.Soa, .. Enumerable.Range(0, 20_000).Select(i => $"h{i}.example.org. 60 IN TXT \"some text so that it is long, {i}\"")])], TestZone.Hash);
        ZoneTransferSource transfers = new(zones, new TsigGuard(new TsigKeyRing(key)), AccessRules.Parse("key key.example."));
        await using StreamRun run = new(new QueryResponder(zones), transfers);
        TsigTransaction client = new(key);
        await run.SendAsync(Messages.Sign(client, Messages.Query(1, "example.org", DnsType.AXFR), run.Time.GetUtcNow()));
        await run.SendAsync(Messages.Query(2, "h7.example.org", DnsType.TXT));

        List<byte[]> messages = [];
        int records = 0, at = -1;
        while (records < 20_002)
        {
            byte[] message = Assert.Single(await run.ReceiveAsync(1));
            messages.Add(message);
            if (Messages.IdOf(message) == 2)
            {
                at = messages.Count;
                Assert.Single(Messages.RecordsOf(message));
                continue;
            }

            Assert.Equal(DnsResponseCode.NoError, Messages.Check(client, message, run.Time.GetUtcNow()));
            records += Messages.RecordsOf(message).Count;
        }

        Assert.InRange(messages.Count, 50, 100);
        // Behind what was on its way already.
        Assert.InRange(at, 1, 20);
        Assert.Equal(0, transfers.TransferCount);
    }

    [Fact]
    public async Task A_transfer_is_made_no_faster_than_it_is_taken()
    {
        StubTransfers transfers = new(1000, 16_000);
        await using StreamRun run = new(new StubResponder(), transfers);
        await run.SendAsync(StubTransfers.Ask(1));
        for (int taken = 1; taken <= 1000; taken++)
        {
            Assert.Single(await run.ReceiveAsync(1));
            // What lies between: 64 KiB on the way, the transport's buffers, a turn of 32 KiB.
            Assert.InRange(transfers.Written, taken, taken + 16);
        }

        Assert.Equal(1000, transfers.Written);
        Assert.Equal(0, transfers.Open);
    }

    [Fact]
    public async Task A_peer_that_vanishes_gives_back_what_its_transfers_held()
    {
        StubTransfers transfers = new(1000, 16_000);
        await using StreamRun run = new(new StubResponder(), transfers);
        await run.SendAsync(StubTransfers.Ask(1), StubTransfers.Ask(2));
        Assert.Equal(2, transfers.Open);
        run.Reset();
        await run.Serving;
        Assert.Equal(0, transfers.Open);
    }

    [Fact]
    public async Task Who_ends_its_output_behind_the_question_gets_the_whole_zone()
    {
        StubTransfers transfers = new(100, 16_000);
        await using StreamRun run = new(new StubResponder(), transfers);
        await run.SendAsync(StubTransfers.Ask(1));
        await run.Output.CompleteAsync();
        Assert.Equal(100, (await run.ReceiveAsync(101)).Count);
        await run.Serving;
        Assert.Equal((ConnectionEndReason.Completed, 0), (run.End.Reason, transfers.Open));
    }

    [Fact]
    public async Task A_stop_ends_an_idle_connection_at_once_and_one_that_sends_a_zone_behind_it()
    {
        await using StreamRun idle = new(new StubResponder());
        idle.RequestClose();
        Assert.Empty(await idle.ReceiveAsync(1));
        Assert.Equal(ConnectionEndReason.ServerStopped, idle.End.Reason);

        StubTransfers transfers = new(100, 16_000);
        await using StreamRun run = new(new StubResponder(), transfers);
        await run.SendAsync(StubTransfers.Ask(1));
        run.RequestClose();
        await run.WhenQuietAsync();
        Assert.Equal(ConnectionEndReason.Open, run.End.Reason);
        List<byte[]> messages = await run.ReceiveAsync(101);
        Assert.Equal(Enumerable.Repeat(1, 100), messages.Select(message => (int)Messages.IdOf(message)));
        Assert.Equal((ConnectionEndReason.ServerStopped, 0), (run.End.Reason, transfers.Open));
    }

    [Theory]
    [InlineData(new byte[] { 0, 0 })]
    [InlineData(new byte[] { 0, 11, 1, 2, 3 })]
    [InlineData(new byte[] { 71, 69, 84 })]
    public async Task What_is_not_DNS_is_ended(byte[] bytes)
    {
        await using StreamRun run = new(new StubResponder());
        await run.Output.WriteAsync(bytes);
        await run.Output.CompleteAsync();
        await run.Serving;
        Assert.Equal(ConnectionEndReason.ProtocolViolation, run.End.Reason);
    }

    [Fact]
    public async Task On_a_port_one_address_has_so_many_connections()
    {
        DnsStreamLimits limits = new() { Connections = { PerAddress = 3 } };
        ConnectionBuilder pipeline = new(new NoServices());
        pipeline.UseDnsStream(new DnsStreamHandler(new StubResponder(), null, limits));
        await using ConnectionServer server = new();
        Listening listening = await server.ListenAsync(EndpointSpec.Parse("tcp:127.0.0.1:0"), pipeline.Build());
        EndpointSpec to = EndpointSpec.FromEndPoint(listening.EndPoint);
        EndpointContext context = new();
        List<ConnectionContext> clients = [];
        List<bool> answered = [];
        for (int i = 0; i < 5; i++)
        {
            try
            {
                clients.Add(await context.ConnectAsync(to));
                answered.Add(await IsAnsweredAsync(clients[^1]));
            }
            catch (EndpointException)
            {
                // Sent away so early that the client's own system did not even say that it was connected.
                answered.Add(false);
            }
        }

        Assert.Equal([true, true, true, false, false], answered);
        foreach (ConnectionContext client in clients)
        {
            await client.DisposeAsync();
        }
    }

    [Fact]
    public void Wrong_limits_are_told_all_at_once()
    {
        DnsStreamLimits limits = new() { IdleTimeout = TimeSpan.FromHours(2), MessageTimeout = default, SendTimeout = default, TransferTimeout = default, MaxMessageBytes = 100, MaxTransfers = 0, Connections = { Total = 0 } };
        Assert.Equal(7, Assert.Throws<OptionsValidationException>(() => new DnsStreamHandler(new StubResponder(), null, limits)).Failures.Count());
    }

    private static async Task FloodAsync(StreamRun run, byte[] asked)
    {
        try
        {
            for (int i = 0; i < 1000; i++)
            {
                if ((await run.Output.WriteAsync(asked)).IsCompleted)
                {
                    return;
                }
            }
        }
        catch (IOException)
        {
        }

        Assert.NotEqual(ConnectionEndReason.Open, run.End.Reason);
    }

    private static async Task<bool> IsAnsweredAsync(ConnectionContext client)
    {
        try
        {
            await client.Transport.Output.WriteAsync(Messages.Frame(Messages.Query(1)));
            return (await client.Transport.Input.ReadAsync()).Buffer.Length > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }
}
