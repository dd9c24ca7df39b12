using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Ropewalk.Policies;
using Ropewalk.Transports;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Tests.Policies;

public sealed class AddressFilterPolicyTests
{
    [Theory]
    [InlineData("10.1.2.3", true)]
    [InlineData("::ffff:10.1.2.3", true)]
    [InlineData("10.9.0.1", false)]
    [InlineData("11.0.0.1", false)]
    [InlineData("192.0.2.7", true)]
    [InlineData("192.0.2.8", false)]
    [InlineData("2001:db8:1::1", true)]
    [InlineData("2001:db9::1", false)]
    [InlineData(null, true)]
    public async Task Deny_comes_before_allow(string? from, bool isAllowed)
    {
        var options = new AddressFilterOptions();
        foreach (string network in (string[])["10.0.0.0/8", "192.0.2.7", "2001:db8::/32"])
        {
            options.Allow.Add(network);
        }

        options.Deny.Add("10.9.0.0/16");
        var policy = new AddressFilterPolicy(options);
        (_, ConnectionContext server) = PolicyPair.Create(from);
        bool isServed = false;
        await policy.Apply(_ =>
        {
            isServed = true;
            return Task.CompletedTask;
        })(server);
        Assert.Equal(isAllowed, isServed);
        Assert.Equal(isAllowed ? 0 : 1, policy.Refused);
        Assert.Equal(isAllowed ? ConnectionEndReason.Open : ConnectionEndReason.Refused, PolicyPair.EndOf(server).Reason);
    }

    [Fact]
    public void Without_allowed_networks_all_but_the_denied_may_connect()
    {
        var options = new AddressFilterOptions();
        options.Deny.Add("::/0");
        ConnectionDelegate app = new AddressFilterPolicy(options).Apply(PolicyPair.StayAsync);
        Assert.True(app(PolicyPair.Create("2001:db8::1").Server).IsCompleted);
        options.Deny.Clear();
        Assert.False(new AddressFilterPolicy(options).Apply(PolicyPair.StayAsync)(PolicyPair.Create("2001:db8::1").Server).IsCompleted);
    }

    [Fact]
    public void Every_bad_network_is_told_at_once()
    {
        var options = new AddressFilterOptions();
        options.Allow.Add("10.0.0.0/33");
        options.Deny.Add("example.org");
        Assert.Equal(2, Assert.Throws<OptionsValidationException>(options.Validate).Failures.Count());
    }

    [Theory]
    [InlineData(null, null, "10.1.2.3 10.9.0.1 2001:db8::1 192.0.2.7")]
    [InlineData(null, "10.9.0.0/16", "10.1.2.3 2001:db8::1 192.0.2.7")]
    [InlineData("10.0.0.0/8 2001:db8::/32", "10.9.0.0/16", "10.1.2.3 2001:db8::1")]
    [InlineData(null, "::/0", "")]
    [InlineData("::ffff:192.0.2.7", null, "192.0.2.7")]
    public void Datagrams_are_filtered_as_connections_are_and_each_that_is_left_is_whole(string? allow, string? deny, string left)
    {
        var options = new AddressFilterOptions();
        (allow?.Split(' ') ?? []).ToList().ForEach(options.Allow.Add);
        (deny?.Split(' ') ?? []).ToList().ForEach(options.Deny.Add);
        var policy = new AddressFilterPolicy(options);
        string[] senders = ["10.1.2.3", "10.9.0.1", "2001:db8::1", "192.0.2.7"];
        Assert.Equal(left.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(), Deliver(policy, senders).Order());
        Assert.Equal(senders.Length - left.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length, policy.Refused);

        policy.Update(new AddressFilterOptions());
        Assert.Equal(senders.Order(), Deliver(policy, senders).Order());
    }

    // All in one batch; each says in its payload who has sent it.
    private static List<string> Deliver(AddressFilterPolicy policy, string[] senders)
    {
        var network = new MemoryDatagramTransport();
        var turns = new Turns();
        List<string> seen = [];
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(turns);
        try
        {
            Assert.True(network.BindAsync(new IPEndPoint(IPAddress.IPv6Any, 53), policy.Apply(See)).IsCompletedSuccessfully);
            foreach (IPAddress address in senders.Select(IPAddress.Parse))
            {
                IDatagramPort from = network.BindAsync(new IPEndPoint(address, 0), static (ref _) => { }).Result;
                IPAddress to = address.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Loopback : IPAddress.IPv6Loopback;
                Assert.True(from.TrySend(new PeerAddress(to, 53), Encoding.ASCII.GetBytes(address.ToString())));
            }

            turns.Run();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }

        return seen;

        void See(ref DatagramBatch batch)
        {
            for (int i = 0; i < batch.Count; i++)
            {
                seen.Add(Encoding.ASCII.GetString(batch[i].Payload));
                Assert.Equal(seen[^1], batch[i].Peer.ToIPAddress().ToString());
            }
        }
    }

    private sealed class Turns : SynchronizationContext
    {
        private readonly Queue<(SendOrPostCallback Work, object? State)> _waiting = new();

        public override void Post(SendOrPostCallback d, object? state) => _waiting.Enqueue((d, state));

        public void Run()
        {
            while (_waiting.TryDequeue(out (SendOrPostCallback Work, object? State) next))
            {
                next.Work(next.State);
            }
        }
    }
}
