using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Endpoints;
using Ropewalk.Server;
using Ropewalk.Testing;

namespace Ropewalk.Tests.Scenarios;

/// <summary>Connecting to a name with two families of addresses, each of which is well, late, refused or silent.</summary>
public sealed class ConnectScenarios : FaultScenario
{
    [Fact]
    public Task A_name_is_reached_by_whichever_family_answers_and_by_one_only() => RunAsync(async sim =>
    {
        // late by the time between two attempts and its halves, so that two are answered at the same moment too
        LinkVerdict[] fates = [LinkVerdict.Pass, LinkVerdict.Drop, LinkVerdict.Reset, .. Enumerable.Range(1, 4).Select(n => LinkVerdict.Late(TimeSpan.FromMilliseconds(125 * n)))];
        (SimHost server, SimHost client) = (sim.AddHost("server"), sim.AddHost("client"));
        LinkVerdict v6 = LinkVerdict.Pass, v4 = LinkVerdict.Pass;
        using IDisposable fate = sim.AddRule((in LinkUnit unit) =>
            unit.Kind != LinkUnitKind.Connect || unit.From.Name != "client" ? LinkVerdict.Pass
            : unit.Target.AddressFamily == AddressFamily.InterNetworkV6 ? v6
            : v4);
        int served = 0;
        Listening listening = await server.ListenAsync("tcp:7", async connection =>
        {
            var talk = new LineTalk(connection);
            await talk.EchoAsync(_ => served++);
        });
        for (int i = 1; i <= 20; i++)
        {
            (v6, v4) = (fates[sim.Random.Next(fates.Length)], fates[sim.Random.Next(fates.Length)]);
            TimeSpan began = sim.Time.Elapsed;
            bool canBeReached = Answers(v6) || Answers(v4);
            try
            {
                await using ConnectionContext connection = await client.ConnectAsync("tcp:server:7");
                Assert.True(canBeReached, "nobody answered, and there is a connection");
                Assert.True(sim.Time.Elapsed - began <= TimeSpan.FromSeconds(1), $"with IPv6 {v6} and IPv4 {v4} it took {sim.Time.Elapsed - began}");
                var talk = new LineTalk(connection);
                await talk.WriteAsync("hello");
                Assert.Equal("hello", await talk.ReadAsync());
                await sim.DelayAsync(TimeSpan.FromSeconds(10));
                Assert.Equal(1, listening.ConnectionCount);
            }
            catch (EndpointException failure)
            {
                Assert.False(canBeReached, $"with IPv6 {v6} and IPv4 {v4}: {failure.Message}");
            }

            await sim.DelayAsync(TimeSpan.FromSeconds(10));
            Assert.Equal(0, listening.ConnectionCount);
        }

        static bool Answers(LinkVerdict verdict) => verdict.Kind is LinkVerdictKind.Pass or LinkVerdictKind.Late;
    });
}
