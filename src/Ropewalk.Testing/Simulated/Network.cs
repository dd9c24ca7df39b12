using System.Net;
using System.Net.Sockets;

namespace Ropewalk.Testing.Simulated;

/// <summary>Knows all hosts, and decides what becomes of what they send each other.</summary>
internal sealed class Network
{
    private readonly List<SimHost> _hosts = [];
    private readonly Dictionary<IPAddress, SimHost> _byAddress = [];
    private readonly Dictionary<(SimHost From, SimHost To), Way> _ways = [];
    private readonly List<LinkRule> _rules = [];
    private readonly Random _random;
    private readonly Way _loopback;
    private int _lastConnection;

    public Network(Simulation simulation, SimulationLoop loop)
    {
        Time = simulation.Time;
        Log = simulation.Log;
        Loop = loop;
        Events = new EventQueue(Time);
        Names = new SimNames(Time);
        _loopback = new Way(this) { Own = new LinkSettings { Latency = TimeSpan.Zero, Mtu = 65_536 } }; // as Linux's lo
        // another one than the scenario's: what it draws does not change the weather
        _random = new Random(unchecked(simulation.Seed * 31) ^ 0x5EED);
    }

    public VirtualTime Time { get; }

    public SimulationLog Log { get; }

    public SimulationLoop Loop { get; }

    public EventQueue Events { get; }

    public SimNames Names { get; }

    public IReadOnlyList<SimHost> Hosts => _hosts;

    /// <summary>Gets the packets that have arrived, if they are kept.</summary>
    public List<CapturedPacket>? Captured { get; init; }

    public LinkSettings DefaultLink { get; set; } = new();

    /// <summary>Gets what guards the states of connections, for code of several threads in whole mode.</summary>
    public Lock Gate { get; } = new();

    public SimHost AddHost(string name, IReadOnlyList<IPAddress> addresses)
    {
        if (_hosts.Any(host => string.Equals(host.Name, name, StringComparison.OrdinalIgnoreCase)))
        {
            throw new ArgumentException($"There is a host {name} already.", nameof(name));
        }

        int number = _hosts.Count + 1;
        IPAddress[] own = addresses.Count > 0 ? [.. addresses] : FreeAddresses(number);
        if (own.FirstOrDefault(address => IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)) is { } odd)
        {
            throw new ArgumentException($"{odd} is no address of one host.", nameof(addresses));
        }

        if (own.FirstOrDefault(_byAddress.ContainsKey) is { } taken)
        {
            throw new ArgumentException($"{_byAddress[taken].Name} has the address {taken} already.", nameof(addresses));
        }

        if (own.Distinct().Count() < own.Length)
        {
            throw new ArgumentException("An address is given twice.", nameof(addresses));
        }

        var host = new SimHost(this, number, name, own);
        _hosts.Add(host);
        foreach (IPAddress address in own)
        {
            _byAddress.Add(address, host);
        }

        Names.Set(name, own);
        return host;
    }

    private IPAddress[] FreeAddresses(int number)
    {
        while (true)
        {
            IPAddress[] next = [new IPAddress([10, (byte)(number >> 16), (byte)(number >> 8), (byte)number]), IPAddress.Parse($"fd00::{number:x}")];
            if (!next.Any(_byAddress.ContainsKey))
            {
                return next;
            }

            number++;
        }
    }

    /// <summary>Finds the host of an address; a loopback one is the asking host's own.</summary>
    public SimHost? Find(SimHost asking, IPAddress address)
        => IPAddress.IsLoopback(address) ? asking : _byAddress.GetValueOrDefault(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);

    public Way WayOf(SimHost from, SimHost to)
    {
        if (from == to)
        {
            return _loopback;
        }

        lock (Gate)
        {
            if (!_ways.TryGetValue((from, to), out Way? way))
            {
                _ways.Add((from, to), way = new Way(this));
            }

            return way;
        }
    }

    public IDisposable AddRule(LinkRule rule)
    {
        lock (Gate)
        {
            _rules.Add(rule);
        }

        return new Removal(() => RemoveRule(rule));
    }

    public int NextConnection() => Interlocked.Increment(ref _lastConnection);

    /// <summary>Decides about a unit, logs it, and says how long it is under way.</summary>
    public LinkVerdict Judge(in LinkUnit unit, out TimeSpan underWay) => Judge(unit, WayOf(unit.From, unit.To), out underWay);

    /// <summary>Decides about a unit on a way that the caller has at hand.</summary>
    public LinkVerdict Judge(in LinkUnit unit, Way over, out TimeSpan underWay)
    {
        underWay = default;
        if (unit.From == unit.To)
        {
            Log.Add(unit, LinkVerdictKind.Pass);
            return LinkVerdict.Pass;
        }

        lock (Gate)
        {
            LinkVerdict verdict = LinkVerdict.Pass;
            foreach (LinkRule rule in _rules)
            {
                verdict = rule(unit);
                if (verdict.Kind != LinkVerdictKind.Pass)
                {
                    break;
                }
            }

            LinkSettings way = over.Settings;
            if (verdict.Kind == LinkVerdictKind.Pass)
            {
                verdict = Chance(way, unit);
            }

            underWay = way.Latency + verdict.Delay + (way.Jitter > TimeSpan.Zero ? TimeSpan.FromTicks(_random.NextInt64(way.Jitter.Ticks + 1)) : default);
            Log.Add(unit, verdict.Kind);
            return verdict;
        }
    }

    /// <summary>Keeps a packet, if they are kept.</summary>
    public void Capture(IPEndPoint from, IPEndPoint to, TcpFlags? flags, uint sequence, uint acknowledged, ReadOnlySpan<byte> payload)
    {
        if (Captured is not null)
        {
            lock (Gate)
            {
                Captured.Add(new CapturedPacket(Time.Elapsed, from, to, flags, sequence, acknowledged, payload.ToArray()));
            }
        }
    }

    private void RemoveRule(LinkRule rule)
    {
        lock (Gate)
        {
            _rules.Remove(rule);
        }
    }

    private LinkVerdict Chance(LinkSettings way, in LinkUnit unit)
    {
        if (way.Loss > 0 && _random.NextDouble() < way.Loss)
        {
            return LinkVerdict.Drop;
        }

        if (unit.Kind != LinkUnitKind.Datagram)
        {
            return LinkVerdict.Pass;
        }

        return unit.Bytes > way.Mtu - HeaderBytes(unit) ? LinkVerdict.Drop
            : way.Duplication > 0 && _random.NextDouble() < way.Duplication ? LinkVerdict.Duplicate
            : way.Reordering > 0 && _random.NextDouble() < way.Reordering ? LinkVerdict.Late(way.Latency * (1 + _random.Next(4)))
            : LinkVerdict.Pass;
    }

    // of IP (RFC 791, RFC 8200) and UDP (RFC 768)
    private static int HeaderBytes(in LinkUnit unit) => (unit.Target.AddressFamily == AddressFamily.InterNetworkV6 ? 40 : 20) + 8;

    private sealed class Removal(Action remove) : IDisposable
    {
        private Action? _remove = remove;

        public void Dispose() => Interlocked.Exchange(ref _remove, null)?.Invoke();
    }
}
