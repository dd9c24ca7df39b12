using System.Diagnostics.Metrics;
using Ropewalk.Chat.Irc.Network;
using Ropewalk.Diagnostics;

namespace Ropewalk.Chat.Tests.Irc.Server;

/// <summary>What collectors are told of a server.</summary>
public sealed class IrcMeterTests
{
    [Fact]
    public async Task UsersChannelsMessagesAndSlowReadersAreCounted()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync(options =>
        {
            options.Network.NetworkName = "Metered";
            options.Network.Classes = [new IrcConnectionClass { FloodAllowance = TimeSpan.Zero, SendQueueBytes = 16 * 1024 }];
        });
        IrcTestClient alice = await server.RegisterAsync("alice");
        IrcTestClient bob = await server.RegisterAsync("bob");
        await alice.AskAsync("JOIN #x");
        await bob.AskAsync("JOIN #x,#y");
        await alice.AskAsync("PRIVMSG #x one", "PRIVMSG #x two", "PRIVMSG bob three");
        Assert.Equal((2, 2, 3, 0), Collect());

        // bob reads nothing any more: the pipe in memory fills, then his queue
        string text = new('x', 400);
        var heard = new List<string>();
        while (Collect() is (2, _, _, _))
        {
            heard.AddRange(await alice.AskAsync([.. Enumerable.Repeat($"PRIVMSG #x {text}", 50)]));
        }

        (long users, long channels, _, long slow) = Collect();
        Assert.Equal((1, 1, 1), (users, channels, slow));
        Assert.Contains(":bob!~bob@local QUIT :SendQ exceeded", heard);
    }

    private static (long Users, long Channels, long Messages, long Slow) Collect()
    {
        var found = new Dictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == RopewalkDiagnostics.MeterName && instrument.Name.StartsWith("ropewalk.irc.", StringComparison.Ordinal))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            if (tags.Contains(new KeyValuePair<string, object?>("ropewalk.irc.network", "Metered")))
            {
                found[instrument.Name] = value;
            }
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return (found["ropewalk.irc.users"], found["ropewalk.irc.channels"], found["ropewalk.irc.messages"], found["ropewalk.irc.sendq.exceeded"]);
    }
}
