using Ropewalk.Chat.Irc.Client;
using Ropewalk.Chat.Irc.Network;
using Ropewalk.Chat.Irc.Server;
using Ropewalk.Client;
using Ropewalk.Endpoints;
using Ropewalk.Storage;
using Ropewalk.Testing;

namespace Ropewalk.Chat.Tests.Irc.Simulated;

public sealed class KeptHistoryTests
{
    /// <summary>Messages come while others wait to be flushed, and the waiting stays on the simulation's thread.</summary>
    [Fact]
    public Task WhatIsSaidIsKeptInTheBackground() => Simulation.RunAsync(
        async sim =>
        {
            (SimHost server, SimHost home) = (sim.AddHost("server"), sim.AddHost("home"));
            var records = new MemoryRecordStore();
            var registration = new IrcChannelRegistration { Name = "#talk"u8.ToArray(), Founder = "founder"u8.ToArray(), RegisteredAt = DateTimeOffset.UnixEpoch };
            Assert.True(await new ChannelRecords(records, "irc").KeepAsync(registration.Name, registration));
            var options = new IrcServerOptions { Records = records, Files = server.Files, TimeProvider = server.Time, Random = new SeededRandom(sim.Random), HistoryLog = { FlushInterval = TimeSpan.FromSeconds(1) } };
            options.Authentication.ChecksInline = true;
            await using IrcServer irc = await IrcServer.StartAsync(options);
            await server.ListenAsync("tcp:6667", irc.OnConnectedAsync);
            await using IrcClient client = await IrcClient.ConnectAsync(
                EndpointSpec.Parse("tcp:server:6667"), new IrcClientOptions { Nick = "me", Connections = new ConnectionClient(home.Context), TimeProvider = home.Time, StsStore = new MemoryIrcStsStore() });
            await client.JoinAsync("#talk");
            for (int i = 0; i < 8; i++)
            {
                Assert.True(Assert.Single(await client.SendMessageAsync("#talk", $"{i}")).IsAcknowledged);
                await sim.DelayAsync(TimeSpan.FromMilliseconds(sim.Random.Next(600)));
            }

            await sim.DelayAsync(TimeSpan.FromSeconds(2));
            FileStoreEntry segment = Assert.Single(await server.Disk.ListAsync(FileStorePath.Parse("irc-history")));
            ReadOnlyMemory<byte> bytes = await server.Disk.ReadAllAsync(segment.Path);
            var kept = new List<string>();
            while (HistoryRecord.TryRead(bytes.Span, out HistoryRecord? record, out int length))
            {
                kept.Add(System.Text.Encoding.UTF8.GetString(record.Text));
                bytes = bytes[length..];
            }

            Assert.Equal(Enumerable.Range(0, 8).Select(i => $"{i}"), kept);
        },
        new SimulationOptions { Mode = SimulationMode.Strict, Seeds = SeedRange.Parse("1-10", null) });
}
