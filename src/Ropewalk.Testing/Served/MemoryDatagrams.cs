using System.Net;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Testing.Served;

/// <summary>Is UDP in memory, on the quiet scheduler, with the faults that a test has put in force.</summary>
internal sealed class MemoryDatagrams : IDatagramPortFactory
{
    private readonly MemoryDatagramTransport _ports;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly List<InjectedDatagramFault> _faults = [];

    public MemoryDatagrams(QuietScheduler quiet, TimeProvider time)
    {
        _time = time;
        _ports = new MemoryDatagramTransport { Scheduler = quiet, Route = Carry };
    }

    public ValueTask<IDatagramPort> BindAsync(EndPoint at, DatagramHandler handler, DatagramPortOptions? options = null, CancellationToken cancellationToken = default)
        => _ports.BindAsync(at, handler, options, cancellationToken);

    public InjectedDatagramFault Inject(DatagramFault fault, Func<SentDatagram, bool> match, int times)
    {
        var injected = new InjectedDatagramFault(fault, match, times, Remove);
        lock (_gate)
        {
            _faults.Insert(0, injected);
        }

        return injected;
    }

    private void Carry(in PeerAddress from, in PeerAddress to, ReadOnlySpan<byte> payload)
    {
        InjectedDatagramFault[] faults;
        lock (_gate)
        {
            faults = [.. _faults];
        }

        if (faults.Length == 0)
        {
            _ports.Find(to)?.Receive(from, to, payload);
            return;
        }

        byte[] copy = payload.ToArray();
        var datagram = new SentDatagram(from.ToIPEndPoint(), to.ToIPEndPoint(), copy);
        DatagramFault? fault = Array.Find(faults, fault => fault.TryHit(datagram))?.Fault;
        PeerAddress sender = from, target = to;
        if (fault is { Delay: var delay } && delay > TimeSpan.Zero)
        {
            ITimer? timer = null;
            timer = _time.CreateTimer(Arrive, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            timer.Change(delay, Timeout.InfiniteTimeSpan);
            void Arrive(object? state)
            {
                timer?.Dispose();
                _ports.Find(target)?.Receive(sender, target, copy);
            }

            return;
        }

        for (int i = 0; i < (fault?.Copies ?? 1); i++)
        {
            _ports.Find(to)?.Receive(from, to, payload);
        }
    }

    private void Remove(InjectedDatagramFault fault)
    {
        lock (_gate)
        {
            _faults.Remove(fault);
        }
    }
}
