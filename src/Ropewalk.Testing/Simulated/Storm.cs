namespace Ropewalk.Testing.Simulated;

/// <summary>Breaks things at random for a while, each drawn from the seed, and mends them all at the end.</summary>
internal sealed class Storm
{
    private readonly Simulation _simulation;
    private readonly StormOptions _options;
    private readonly Random _random;
    private readonly List<Func<Task>> _blows = [];
    private readonly List<Task> _faults = [];
    private readonly CancellationTokenSource _over = new();

    public Storm(Simulation simulation, StormOptions options)
    {
        options.Validate();
        _simulation = simulation;
        _options = options;
        _random = new Random(unchecked(simulation.Seed * 17) ^ 0x570);
        Add(options.Partitions, PartitionAsync);
        Add(options.BadLinks, BadLinkAsync);
        Add(options.Resets, ResetAsync);
        Add(options.Crashing.Count > 0, CrashAsync);
    }

    public async Task RunAsync()
    {
        if (_blows.Count == 0)
        {
            throw new InvalidOperationException("The storm has nothing to break: everything is ruled out.");
        }

        TimeSpan end = _simulation.Time.Elapsed + _options.Duration;
        while (true)
        {
            TimeSpan left = end - _simulation.Time.Elapsed;
            TimeSpan next = _options.Interval * (2 * _random.NextDouble());
            await _simulation.DelayAsync(next < left ? next : left);
            if (next >= left)
            {
                break;
            }

            Func<Task> blow = _blows[_random.Next(_blows.Count)];
            if (_simulation.Hosts.Count > 1 || blow == CrashAsync)
            {
                _faults.Add(blow());
            }
        }

        _over.Cancel();
        foreach (Task fault in _faults)
        {
            await fault;
        }
    }

    private void Add(bool isWanted, Func<Task> blow)
    {
        if (isWanted)
        {
            _blows.Add(blow);
        }
    }

    private async Task PartitionAsync()
    {
        SimHost[] side = [.. _simulation.Hosts.Where(_ => _random.Next(2) == 0)];
        if (side.Length == 0 || side.Length == _simulation.Hosts.Count)
        {
            side = [_simulation.Hosts[_random.Next(_simulation.Hosts.Count)]];
        }

        using (_simulation.Partition(side))
        {
            await LastAsync();
        }

        _simulation.Log.Add(Names(side), "partition healed");
    }

    private async Task BadLinkAsync()
    {
        (SimHost from, SimHost to) = Pair();
        Way way = _simulation.Network.WayOf(from, to);
        LinkSettings bad = way.Settings with
        {
            Latency = TimeSpan.FromMilliseconds(_random.Next(1, 2000)),
            Jitter = TimeSpan.FromMilliseconds(_random.Next(500)),
            Loss = _random.NextDouble() * 0.5,
            Reordering = _random.NextDouble() * 0.3,
            Duplication = _random.NextDouble() * 0.3,
            BytesPerSecond = 1_000 * Math.Pow(10, 4 * _random.NextDouble()),
        };
        _simulation.Log.Add(from.Name, $"bad link to {to.Name}");
        way.Worsen(bad);
        await LastAsync();
        way.Mend(bad);
    }

    private async Task ResetAsync()
    {
        (SimHost one, SimHost other) = Pair();
        int left = _random.Next(1, 4);
        using (_simulation.AddRule((in LinkUnit unit) =>
            left > 0 && unit.Kind is LinkUnitKind.Stream or LinkUnitKind.End && ((unit.From == one && unit.To == other) || (unit.From == other && unit.To == one)) && left-- > 0
                ? LinkVerdict.Reset
                : LinkVerdict.Pass))
        {
            await LastAsync();
        }
    }

    private async Task CrashAsync()
    {
        SimHost host = _options.Crashing[_random.Next(_options.Crashing.Count)];
        if (!host.IsUp)
        {
            return;
        }

        if (_random.Next(2) == 0)
        {
            host.Crash();
        }
        else
        {
            host.CutPower();
        }

        await LastAsync();
        if (!host.IsUp)
        {
            host.Restart();
        }
    }

    private (SimHost From, SimHost To) Pair()
    {
        int from = _random.Next(_simulation.Hosts.Count);
        int to = (from + 1 + _random.Next(_simulation.Hosts.Count - 1)) % _simulation.Hosts.Count;
        return (_simulation.Hosts[from], _simulation.Hosts[to]);
    }

    private static string Names(SimHost[] hosts) => string.Join(",", hosts.Select(host => host.Name));

    private async Task LastAsync()
    {
        try
        {
            await _simulation.DelayAsync(_options.LongestFault * _random.NextDouble(), _over.Token);
        }
        catch (OperationCanceledException)
        {
            // the storm is over
        }
    }
}
