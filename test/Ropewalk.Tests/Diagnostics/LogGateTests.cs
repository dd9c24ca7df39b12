using Ropewalk.Diagnostics;
using Ropewalk.Testing;

namespace Ropewalk.Tests.Diagnostics;

public sealed class LogGateTests
{
    [Fact]
    public void So_many_pass_in_an_interval_and_the_next_one_says_how_many_were_kept_back()
    {
        var time = new VirtualTime();
        var gate = new LogGate(time, 3, TimeSpan.FromSeconds(2));

        Assert.Equal(["0", "0", "0", "-", "-"], Enumerable.Range(0, 5).Select(_ => Pass(gate)));
        time.Advance(TimeSpan.FromSeconds(2) - TimeSpan.FromMilliseconds(1));
        Assert.Equal("-", Pass(gate));
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(["3", "0", "0", "-"], Enumerable.Range(0, 4).Select(_ => Pass(gate)));
    }

    [Fact]
    public void An_interval_begins_with_the_first_that_passes()
    {
        var time = new VirtualTime();
        var gate = new LogGate(time, 1, TimeSpan.FromSeconds(1));
        time.Advance(TimeSpan.FromSeconds(1.9));

        Assert.Equal("0", Pass(gate));
        time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal("-", Pass(gate));
    }

    [Fact]
    public void A_gate_that_lets_nothing_pass_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new LogGate(TimeProvider.System, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LogGate(TimeProvider.System, 1, TimeSpan.Zero));
    }

    private static string Pass(LogGate gate) => gate.TryPass(out long keptBack) ? keptBack.ToString(System.Globalization.CultureInfo.InvariantCulture) : "-";
}
