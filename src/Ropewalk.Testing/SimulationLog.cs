using System.Globalization;

namespace Ropewalk.Testing;

/// <summary>Keeps what has happened in a simulation, and a number that differs where two runs differ.</summary>
public sealed class SimulationLog
{
    private readonly Lock _gate = new();
    private readonly List<SimulationEvent> _events = [];
    private readonly VirtualTime _time;
    private readonly int _most;
    private readonly SimulationEvent[] _last = new SimulationEvent[12];
    private ulong _trace = 14695981039346656037; // FNV-1a, 64 bits

    internal SimulationLog(VirtualTime time, int most)
    {
        _time = time;
        _most = most;
    }

    /// <summary>Gets how many events there were, those that are not kept included.</summary>
    public long Count { get; private set; }

    /// <summary>Gets a number made from all events and their times: two runs of one seed have the same.</summary>
    public ulong Trace => Volatile.Read(ref _trace);

    /// <summary>Gets the events that are kept: the first <see cref="SimulationOptions.LogEvents"/>.</summary>
    public IReadOnlyList<SimulationEvent> Events
    {
        get
        {
            lock (_gate)
            {
                return [.. _events];
            }
        }
    }

    /// <summary>Gets the last dozen, kept or not.</summary>
    internal IReadOnlyList<SimulationEvent> Last
    {
        get
        {
            lock (_gate)
            {
                int count = (int)Math.Min(Count, _last.Length);
                return [.. Enumerable.Range(0, count).Select(i => _last[(Count - count + i) % _last.Length])];
            }
        }
    }

    /// <summary>Adds an event of the scenario's own.</summary>
    public void Add(string host, string text)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(text);
        lock (_gate)
        {
            MixLocked((ulong)_time.Elapsed.Ticks);
            foreach (char c in host)
            {
                MixLocked(c);
            }

            foreach (char c in text)
            {
                MixLocked(c);
            }

            KeepLocked(new SimulationEvent(_time.Elapsed, host, text));
        }
    }

    /// <summary>Adds what is told but is no part of the trace, because it may differ where nothing else does: a logger's line has ids and stacks.</summary>
    internal void Tell(string host, string text)
    {
        lock (_gate)
        {
            KeepLocked(new SimulationEvent(_time.Elapsed, host, text));
        }
    }

    /// <summary>Writes the events as text, one a line.</summary>
    public void WriteTo(TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        foreach (SimulationEvent one in Events)
        {
            writer.WriteLine(one.ToString());
        }

        if (Count > _most)
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"… and {Count - _most} more"));
        }
    }

    /// <summary>Adds a unit's fate.</summary>
    internal void Add(in LinkUnit unit, LinkVerdictKind fate)
    {
        lock (_gate)
        {
            MixLocked((ulong)unit.At.Ticks);
            MixLocked(((ulong)unit.Kind << 56) | ((ulong)fate << 48) | ((ulong)(uint)unit.Attempt << 32) | (uint)unit.Bytes);
            MixLocked(((ulong)(uint)unit.From.Number << 48) | ((ulong)(uint)unit.To.Number << 32) | ((ulong)(uint)unit.Source.Port << 16) | (uint)unit.Target.Port);
            KeepLocked(new SimulationEvent(unit, fate));
        }
    }

    private void KeepLocked(in SimulationEvent one)
    {
        _last[Count++ % _last.Length] = one;
        if (_events.Count < _most)
        {
            _events.Add(one);
        }
    }

    private void MixLocked(ulong value)
    {
        _trace = (_trace ^ value) * 1099511628211;
    }
}
