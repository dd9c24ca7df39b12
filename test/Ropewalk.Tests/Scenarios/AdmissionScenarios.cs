using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Policies;
using Ropewalk.Server;
using Ropewalk.Testing;
using Ropewalk.Transports;

namespace Ropewalk.Tests.Scenarios;

/// <summary>Who may come, how often, and how fast his bytes may: kept to the letter while links and hosts fail, and nobody is left waiting.</summary>
public sealed class AdmissionScenarios : FaultScenario
{
    [Fact]
    public Task A_throttle_lets_nothing_through_too_soon_and_all_of_it_in_the_end() => RunAsync(async sim =>
    {
        const int Burst = 8_000;
        // one of the two ways is the slower one, so that each shows by itself
        (int receive, int send) = sim.Random.Next(2) == 0 ? (20_000, 60_000) : (60_000, 20_000);
        TimeSpan patience = TimeSpan.FromMinutes(20);
        // in every other run nothing is reset, and then nothing may be lost
        bool mayBeLost = sim.Seed % 2 == 0;
        SimHost server = sim.AddHost("server");
        SimHost[] clients = AddClients(sim, 3);
        foreach (SimHost host in sim.Hosts)
        {
            host.Streams = new StreamTransportOptions { CloseTimeout = patience };
        }

        var throttle = new ThrottlePolicy(new ThrottleOptions { ReceiveBytesPerSecond = receive, SendBytesPerSecond = send, BurstBytes = Burst, TimeProvider = server.Time });
        // a reset is sent once, and where it is lost nobody tells the server
        var idle = new IdleTimeoutPolicy(new IdleTimeoutOptions { Timeout = patience, Goodbye = TimeSpan.Zero, TimeProvider = server.Time });
        Listening listening = await server.ListenAsync("tcp:7", idle.Apply(throttle.Apply(Checked(async connection =>
        {
            TimeSpan began = sim.Time.Elapsed;
            long received = 0, sent = 0;
            while (true)
            {
                ReadResult read = await connection.Transport.Input.ReadAsync();
                CheckPace(received, receive, "received");
                received += read.Buffer.Length;
                await connection.Transport.Output.WriteAsync(read.Buffer.ToArray());
                sent += read.Buffer.Length;
                connection.Transport.Input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    return;
                }

                if (EndOf(connection).Reason == ConnectionEndReason.Open)
                {
                    CheckPace(sent, send, "sent");
                }
            }

            // one read, or one flush, goes into debt; the next waits until it is paid for
            void CheckPace(long bytes, int rate, string what)
            {
                double most = Burst + (rate * (sim.Time.Elapsed - began).TotalSeconds) + 1;
                Assert.True(bytes <= most, $"{bytes} bytes were {what} where {most:0} may be");
            }
        }))));
        Task storm = sim.StormAsync(new StormOptions { Duration = TimeSpan.FromMinutes(2), Resets = mayBeLost, LongestFault = TimeSpan.FromSeconds(20) });
        await Task.WhenAll(clients.Select(async client =>
        {
            for (int i = 0; i < 3; i++)
            {
                await PauseAsync(sim, TimeSpan.FromSeconds(20));
                await TransferAsync(sim, client, patience, mayBeLost);
            }
        }));
        await storm;
        await sim.DelayAsync(patience * 1.5);
        Assert.Equal(0, listening.ConnectionCount);
    });

    [Fact]
    public Task The_rate_of_connections_is_kept_and_nobody_is_refused_below_it() => RunAsync(async sim =>
    {
        SimHost server = sim.AddHost("server");
        var rate = new ConnectionRate { PerMinute = 30, Burst = 5, TimeProvider = server.Time };
        var policy = new RateLimitPolicy(new PeerRateLimiter(rate));
        var admitted = new Dictionary<string, List<TimeSpan>>();
        ConnectionDelegate app = policy.Apply(connection => new LineTalk(connection).EchoAsync());
        await server.ListenAsync("tcp:7", Checked(async connection =>
        {
            IPAddress from = ((IPEndPoint)connection.RemoteEndPoint!).Address;
            // all hosts are of one IPv6 network, and of many IPv4 addresses
            string peer = from.ToString() is var text && text.Contains(':', StringComparison.Ordinal) ? "IPv6" : text;
            List<TimeSpan> before = admitted.TryGetValue(peer, out List<TimeSpan>? known) ? known : admitted[peer] = [];
            long refused = policy.Refused;
            double tokens = TokensOf(before, rate, sim.Time.Elapsed);
            Task serving = app(connection);
            if (policy.Refused == refused)
            {
                Assert.True(tokens > 0.999, $"{peer} was let in with {tokens} of a token");
                before.Add(sim.Time.Elapsed);
            }
            else
            {
                Assert.True(tokens < 1.001, $"{peer} was refused with {tokens} tokens");
            }

            await serving;
        }));
        SimHost[] clients = AddClients(sim, 4);
        Task storm = sim.StormAsync(new StormOptions { Duration = TimeSpan.FromMinutes(2), LongestFault = TimeSpan.FromSeconds(20) });
        await Task.WhenAll(clients.Select(async client =>
        {
            while (!storm.IsCompleted)
            {
                await WeatherAsync(() => AskAsync(sim, client));
                await PauseAsync(sim, TimeSpan.FromSeconds(sim.Random.Next(2) == 0 ? 1 : 12));
            }
        }));
        await storm;
        Assert.InRange(policy.Refused, 1, long.MaxValue);

        // what is still under way has come by then, and the buckets are full again
        await sim.DelayAsync(TimeSpan.FromMinutes(5));
        foreach (SimHost client in clients)
        {
            await AskAsync(sim, client);
        }
    });

    [Fact]
    public Task Addresses_are_filtered_by_the_rules_of_the_hour() => RunAsync(async sim =>
    {
        SimHost server = sim.AddHost("server");
        SimHost[] clients = AddClients(sim, 4);
        var filter = new AddressFilterPolicy(new AddressFilterOptions());
        var denied = new HashSet<SimHost>();
        int changes = 0;
        ConnectionDelegate app = filter.Apply(connection => new LineTalk(connection).EchoAsync());
        await server.ListenAsync("tcp:7", Checked(async connection =>
        {
            IPAddress from = ((IPEndPoint)connection.RemoteEndPoint!).Address;
            bool isDenied = denied.Any(client => client.Addresses.Contains(from));
            long refused = filter.Refused;
            Task serving = app(connection);
            Assert.Equal(isDenied, filter.Refused > refused);
            await serving;
            // rules that come later are not for who is there
            Assert.True(isDenied || EndOf(connection).Reason != ConnectionEndReason.Refused, "who was let in was refused afterwards");
        }));
        Task storm = sim.StormAsync(new StormOptions { Duration = TimeSpan.FromMinutes(2), LongestFault = TimeSpan.FromSeconds(20) });
        Task changing = ChangeAsync();
        await Task.WhenAll(clients.Select(async client =>
        {
            while (!storm.IsCompleted)
            {
                int before = changes;
                await WeatherAsync(async () =>
                {
                    await AskAsync(sim, client);
                    Assert.False(changes == before && denied.Contains(client), $"{client} is denied, and was answered");
                });
                await PauseAsync(sim, TimeSpan.FromSeconds(4));
            }
        }));
        await changing;
        Assert.InRange(filter.Refused, 1, long.MaxValue);
        Deny([]);
        foreach (SimHost client in clients)
        {
            await AskAsync(sim, client);
        }

        async Task ChangeAsync()
        {
            while (!storm.IsCompleted)
            {
                await PauseAsync(sim, TimeSpan.FromSeconds(10));
                Deny([.. clients.Where(_ => sim.Random.Next(2) == 0)]);
            }
        }

        void Deny(SimHost[] hosts)
        {
            var rules = new AddressFilterOptions();
            foreach (IPAddress address in hosts.SelectMany(host => host.Addresses))
            {
                rules.Deny.Add(address.ToString());
            }

            filter.Update(rules);
            denied = [.. hosts];
            changes++;
        }
    });

    /// <summary>Tells what a bucket holds from whom it has let in: the least of what any stretch of time that ends now has left.</summary>
    private static double TokensOf(List<TimeSpan> admitted, ConnectionRate rate, TimeSpan now) =>
        admitted.Select((at, i) => rate.Burst + ((now - at).TotalMinutes * rate.PerMinute) - (admitted.Count - i)).Append(rate.Burst).Min();

    private static async Task AskAsync(Simulation sim, SimHost client)
    {
        await using ConnectionContext connection = await client.ConnectAsync("tcp:server:7");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(40), client.Time);
        var talk = new LineTalk(connection);
        await talk.WriteAsync("hello", patience.Token);
        if (await talk.ReadAsync(patience.Token) is not "hello")
        {
            throw new IOException("ended without an answer");
        }

        await PauseAsync(sim, TimeSpan.FromSeconds(2));
    }

    private static async Task TransferAsync(Simulation sim, SimHost client, TimeSpan most, bool mayBeLost)
    {
        byte[] sent = new byte[sim.Random.Next(150_000)];
        sim.Random.NextBytes(sent);
        ConnectionContext connection;
        try
        {
            connection = await client.ConnectAsync("tcp:server:7");
        }
        catch (IOException)
        {
            return; // not even a request came through
        }

        await using (connection)
        {
            using var patience = new CancellationTokenSource(most, client.Time);
            try
            {
                Task sending = SendAsync();
                var all = new ArrayBufferWriter<byte>();
                ReadResult read;
                do
                {
                    read = await connection.Transport.Input.ReadAsync(patience.Token);
                    all.Write(read.Buffer.ToArray());
                    connection.Transport.Input.AdvanceTo(read.Buffer.End);
                }
                while (!read.IsCompleted);
                Assert.True(all.WrittenSpan.SequenceEqual(sent), $"of {sent.Length} bytes {all.WrittenCount} came back");
                await sending;
            }
            catch (Exception exception) when (IsWeather(exception) && mayBeLost)
            {
                // told to both, and so no harm
            }

            async Task SendAsync()
            {
                await connection.Transport.Output.WriteAsync(sent, patience.Token);
                await connection.Transport.Output.CompleteAsync();
            }
        }
    }
}
