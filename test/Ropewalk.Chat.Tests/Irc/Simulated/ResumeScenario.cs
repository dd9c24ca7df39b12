using Ropewalk.Chat.Irc.Client;
using Ropewalk.Chat.Irc.Network;
using Ropewalk.Chat.Irc.Server;
using Ropewalk.Chat.Irc.Session;
using Ropewalk.Client;
using Ropewalk.Endpoints;
using Ropewalk.Storage;
using Ropewalk.Testing;

namespace Ropewalk.Chat.Tests.Irc.Simulated;

/// <summary>A server that crashes, connections that are cut, lag: whoever comes back holds each message once and in order, and what was acknowledged is kept.</summary>
public sealed class ResumeScenario
{
    private static readonly EndpointSpec Server = EndpointSpec.Parse("tcp:server:6667");

    [Fact]
    public Task WhoComesBackHoldsEachMessageOnceAndInOrder() =>
        Simulation.RunAsync(PlayAsync, new SimulationOptions { Mode = SimulationMode.Strict, Seeds = new SeedRange(1, 10) });

    private static async Task PlayAsync(Simulation sim)
    {
        SimHost server = sim.AddHost("server");
        IRecordStore records = await RecordsAsync();
        server.Run((host, _) => ServeAsync(sim, host, records));
        Talker[] talkers = [.. Enumerable.Range(1, 3).Select(i => new Talker(sim, sim.AddHost($"home{i}"), $"talker{i}"))];
        Task storm = sim.StormAsync(new StormOptions { Duration = TimeSpan.FromMinutes(4), Interval = TimeSpan.FromSeconds(8), LongestFault = TimeSpan.FromSeconds(40), Crashing = [server] });
        await Task.WhenAll(talkers.Select(talker => talker.TalkUntilAsync(storm)));

        // The storm is over: all come back, and the last of them says the last word.
        await sim.DelayAsync(TimeSpan.FromMinutes(10));
        await talkers[^1].SayLastAsync();
        await sim.DelayAsync(TimeSpan.FromMinutes(1));
        List<string> said = await LogAsync(server);
        Assert.Equal(said.Distinct(), said);
        // else it has shown nothing
        Assert.Contains(talkers, talker => talker.Acknowledged.Count > 0);
        foreach (Talker talker in talkers)
        {
            int first = said.IndexOf(talker.Told[0]);
            Assert.Equal(said[first..], talker.Told);
            Assert.Empty(talker.Acknowledged.Except(said));
            Assert.Equal(talker.Acknowledged, said.Where(talker.Acknowledged.Contains));
            await talker.StopAsync();
        }
    }

    // The store outlives the crashes, as a database does.
    private static async Task<IRecordStore> RecordsAsync()
    {
        var records = new MemoryRecordStore();
        var registration = new IrcChannelRegistration { Name = "#talk"u8.ToArray(), Founder = "founder"u8.ToArray(), RegisteredAt = DateTimeOffset.UnixEpoch };
        Assert.True(await new ChannelRecords(records, "irc").KeepAsync(registration.Name, registration));
        return records;
    }

    private static async Task ServeAsync(Simulation sim, SimHost host, IRecordStore records)
    {
        var options = new IrcServerOptions
        {
            Records = records,
            Files = host.Files,
            TimeProvider = host.Time,
            Random = new SeededRandom(sim.Random),
            HistoryLog = { FlushInterval = TimeSpan.Zero },
        };
        options.Network.ServerName = "irc.test";
        options.Authentication.ChecksInline = true;
        IrcServer irc = await IrcServer.StartAsync(options);
        await host.ListenAsync("tcp:6667", irc.OnConnectedAsync);
    }

    /// <summary>Reads the log as it is on the disk: what was really said, in order.</summary>
    private static async Task<List<string>> LogAsync(SimHost server)
    {
        var ids = new List<string>();
        foreach (FileStoreEntry entry in await server.Disk.ListAsync(FileStorePath.Parse("irc-history")))
        {
            ReadOnlyMemory<byte> bytes = await server.Disk.ReadAllAsync(entry.Path);
            while (HistoryRecord.TryRead(bytes.Span, out HistoryRecord? record, out int length))
            {
                ids.Add(System.Text.Encoding.ASCII.GetString(record.Id));
                bytes = bytes[length..];
            }
        }

        return ids;
    }

    /// <summary>Stays in the channel, says something now and then, and remembers what it is told and what was acknowledged.</summary>
    private sealed class Talker
    {
        private readonly Simulation _sim;
        private readonly IrcStayingClient _client;
        private readonly Task _reading;
        private int _said;

        public Talker(Simulation sim, SimHost home, string nick)
        {
            _sim = sim;
            _client = IrcStayingClient.Start(Server, new IrcStayingOptions
            {
                Nick = nick,
                Connections = new ConnectionClient(home.Context),
                TimeProvider = home.Time,
                Retry = new RetryPolicy(sim.Random) { MaxDelay = TimeSpan.FromSeconds(20) },
                Channels = new Dictionary<string, string?> { ["#talk"] = null },
            });
            _reading = ReadAsync();
        }

        /// <summary>Gets the ids of the messages in the order in which they were told.</summary>
        public List<string> Told { get; } = [];

        /// <summary>Gets the ids of the messages that the server said it has, in the order in which they were sent.</summary>
        public List<string> Acknowledged { get; } = [];

        public async Task TalkUntilAsync(Task end)
        {
            while (!end.IsCompleted)
            {
                await TrySayAsync();
                await _sim.DelayAsync(TimeSpan.FromSeconds(_sim.Random.NextDouble() * 12));
            }
        }

        public async Task SayLastAsync() => Assert.True(await TrySayAsync(), $"{_client.Current?.Nick ?? "a talker that is away"} cannot speak after the storm");

        public async Task StopAsync()
        {
            await _client.StopAsync();
            await _reading;
        }

        private async Task<bool> TrySayAsync()
        {
            if (_client.Current is not { } client)
            {
                return false;
            }

            try
            {
                foreach (IrcSentMessage sent in await client.SendMessageAsync("#talk", $"word {++_said}"))
                {
                    if (sent.IsAcknowledged)
                    {
                        Acknowledged.Add(sent.MessageId!);
                    }
                }

                return true;
            }
            catch (IrcRequestException)
            {
                // The connection was lost, or the channel not joined yet: not acknowledged.
                return false;
            }
        }

        private async Task ReadAsync()
        {
            await foreach (IrcClientEvent told in _client.Events)
            {
                if (told is IrcTextEvent { Target: "#talk", MessageId: { } id })
                {
                    Told.Add(id);
                }
            }
        }
    }
}
