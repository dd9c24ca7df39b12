using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Ropewalk.Policies;
using Ropewalk.Testing;
using Ropewalk.Transports;

namespace Ropewalk.Tests.Policies;

public sealed class MemoryBudgetPolicyTests
{
    private readonly VirtualTime _time = new();

    [Fact]
    public async Task A_slow_reader_is_cut_at_its_own_cap_and_nobody_else_is_touched()
    {
        var policy = new MemoryBudgetPolicy(new MemoryBudget { ConnectionOutputBytes = 256 * 1024 }, _time);
        ConnectionDelegate app = policy.Apply(PolicyPair.StayAsync);
        (_, ConnectionContext slow) = PolicyPair.Create();
        (_, ConnectionContext other) = PolicyPair.Create();
        Task serving = app(slow);
        Task otherServing = app(other);
        _ = slow.Transport.Output.WriteAsync(new byte[4 * 1024 * 1024]).AsTask();
        _time.Advance(TimeSpan.FromSeconds(1));
        await serving.WaitAsync(PolicyPair.Patience);
        Assert.Equal(ConnectionEndReason.LimitExceeded, PolicyPair.EndOf(slow).Reason);
        Assert.Contains("output are not taken", PolicyPair.EndOf(slow).Detail, StringComparison.Ordinal);
        Assert.False(otherServing.IsCompleted);
        Assert.Equal(1, policy.Cut);
    }

    [Fact]
    public void Over_the_soft_total_the_largest_holders_pause_and_never_everybody()
    {
        var policy = new MemoryBudgetPolicy(new MemoryBudget { SoftTotalBytes = 100_000, HardTotalBytes = 1_000_000 }, _time);
        Held[] all = [.. Enumerable.Range(0, 10).Select(i => new Held { InputBytes = 1_000 })];
        Serve(policy, all);
        all[3].InputBytes = 60_000;
        all[7].InputBytes = 40_000;
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([3], Enumerable.Range(0, 10).Where(i => all[i].ReadsPaused));
        Assert.Equal(1, policy.Paused);

        Array.ForEach(all, held => held.InputBytes = 20_000);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.DoesNotContain(all, held => held.ReadsPaused);
    }

    [Fact]
    public void Who_paused_goes_on_when_there_is_room_again()
    {
        var policy = new MemoryBudgetPolicy(new MemoryBudget { SoftTotalBytes = 100_000, HardTotalBytes = 1_000_000 }, _time);
        Held[] all = [new() { InputBytes = 110_000 }, new(), new()];
        Serve(policy, all);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(all[0].ReadsPaused);
        all[0].InputBytes = 95_000;
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(all[0].ReadsPaused, "a little below the line is not enough: no flapping");
        all[0].InputBytes = 80_000;
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(all[0].ReadsPaused);
    }

    [Fact]
    public void Over_the_hard_total_the_largest_holders_of_output_are_cut_until_it_is_below()
    {
        var policy = new MemoryBudgetPolicy(new MemoryBudget { SoftTotalBytes = 100_000, HardTotalBytes = 200_000 }, _time);
        Held[] all = [new() { OutputBytes = 50_000 }, new() { OutputBytes = 90_000 }, new() { OutputBytes = 70_000 }, new() { InputBytes = 80_000 }];
        ConnectionContext[] connections = Serve(policy, all);
        _time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal([1], Enumerable.Range(0, 4).Where(i => PolicyPair.EndOf(connections[i]).Reason == ConnectionEndReason.LimitExceeded));
        Assert.Equal(200_000, policy.HeldBytes);
    }

    [Fact]
    public void The_budget_can_be_changed_live_and_a_bad_one_changes_nothing()
    {
        var policy = new MemoryBudgetPolicy(new MemoryBudget(), _time);
        Held[] all = [new() { InputBytes = 50_000 }, new()];
        Serve(policy, all);
        Assert.Throws<OptionsValidationException>(() => policy.Update(new MemoryBudget { SoftTotalBytes = 10_000, HardTotalBytes = 5_000 }));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(all[0].ReadsPaused);
        policy.Update(new MemoryBudget { SoftTotalBytes = 10_000 });
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.True(all[0].ReadsPaused);
    }

    private static ConnectionContext[] Serve(MemoryBudgetPolicy policy, Held[] all)
    {
        ConnectionDelegate app = policy.Apply(PolicyPair.StayAsync);
        return [.. all.Select(held =>
        {
            (_, ConnectionContext server) = PolicyPair.Create();
            server.Features.Set<IBufferUseFeature>(held);
            _ = app(server);
            return server;
        })];
    }

    private sealed class Held : IBufferUseFeature
    {
        public long InputBytes { get; set; }

        public long OutputBytes { get; set; }

        public bool ReadsPaused { get; set; }
    }
}
