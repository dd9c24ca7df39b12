using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Ropewalk.Transports.Reactor;

/// <summary>
/// One thread that waits in epoll and runs each connection's turn to completion: what a read brings is decoded, answered and sent on the
/// same thread, without a hand-over.
/// </summary>
/// <remarks>
/// <b>Theory.</b> Descriptors are registered once, edge-triggered, for both directions; there is no epoll_ctl per message. A turn is: the
/// events, each followed by the sends that it deferred; then posted work; then a bounded number of fan-out sends; then connections that had
/// more to read than their share; then due timers. Whoever is on another thread posts and wakes the loop through an eventfd, at most once
/// per turn. What one loop's step enqueues for connections of another is handed over when the step ends: many lines to many members then
/// leave in one send each, and no sender holds a gate that the publisher wants. Few sends for a loop that sleeps are made here: it is not woken for them.
/// </remarks>
internal sealed unsafe class ReactorLoop : IDisposable
{
    private const int EventsPerWait = 256;

    /// <summary>Fan-out sends per turn: about a millisecond, so that a line to thousands does not hold up who is waiting for an answer.</summary>
    private const int SendsPerTurn = 256;

    /// <summary>
    /// Fan-out sends for loops that sleep, per turn: half a millisecond. To wake one costs as much as three sends, and a thread that wakes takes a
    /// processor from whoever reads; beyond this the sends are worth a second thread.
    /// </summary>
    private const int SendsForOthers = 128;

    private static readonly int EventSize = RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86 ? 12 : 16;
    private static readonly int TokenOffset = EventSize - sizeof(ulong);

    [ThreadStatic]
    private static ReactorLoop? _current;

    private readonly int _epoll;
    private readonly int _wake;

    // Closed when nobody can reach this any more: a connection that outlives the loop still writes to the one and registers with the other, and
    // their numbers must not be somebody else's by then.
    private readonly SafeFileHandle _epollOwner;
    private readonly SafeFileHandle _wakeOwner;
    private readonly byte* _events;
    private readonly ReactorSlots _slots = new();
    private readonly ConcurrentQueue<(Action<object?> Action, object? State, IReactorTarget? Source)> _posted = new();
    private readonly Thread _thread;
    private readonly TimeProvider _time;
    private List<ReactorConnection> _deferred = new(16);
    private List<ReactorConnection> _ready = new(16);
    private List<ReactorConnection> _readyNow = new(16);
    private FlushChain[] _elsewhere = [];
    private ReactorConnection? _flushHead;
    private ReactorConnection? _flushing;
    private int _forOthers;
    private int _woken;
    private volatile bool _stopping;
    private volatile bool _ended;
    private long _turnStarted;
    private string? _running;

    public ReactorLoop(int index, TimeProvider time)
    {
        _time = time;
        Index = index;
        Wheel = new TimerWheel(this, time);
        Timers = new ReactorTimeProvider([this]);
        _epoll = Check(Libc.epoll_create1(Libc.EPOLL_CLOEXEC));
        _epollOwner = new SafeFileHandle(_epoll, ownsHandle: true);
        _wake = Check(Libc.eventfd(0, Libc.EFD_NONBLOCK | Libc.EFD_CLOEXEC));
        _wakeOwner = new SafeFileHandle(_wake, ownsHandle: true);
        _events = (byte*)NativeMemory.Alloc((nuint)(EventsPerWait * EventSize));
        Control(Libc.EPOLL_CTL_ADD, _wake, Libc.EPOLLIN, ulong.MaxValue);
        _thread = new Thread(Run) { IsBackground = true, Name = $"ropewalk loop {index}" };
        _thread.UnsafeStart();
    }

    /// <summary>Gets the loop whose thread this is, or null.</summary>
    public static ReactorLoop? Current => _current;

    public int Index { get; }

    public TimerWheel Wheel { get; }

    /// <summary>Gets a clock whose timers are on the wheel.</summary>
    public TimeProvider Timers { get; }

    /// <summary>Gets how many descriptors the loop watches.</summary>
    public int Count => _slots.Count;

    /// <summary>Gets the timestamp at which the running turn's current step began, or 0 while the loop waits.</summary>
    public long StepStarted => Volatile.Read(ref _turnStarted);

    /// <summary>Gets what the current step serves, in words.</summary>
    public string? Running => Volatile.Read(ref _running);

    public ulong Register(int fd, IReactorTarget target)
    {
        ulong token = _slots.Add(target);
        if (TryControl(Libc.EPOLL_CTL_ADD, fd, StreamEvents, token) < 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            _slots.Remove(token);
            throw Errno.ToException(errno);
        }

        return token;
    }

    /// <summary>Hands a watched descriptor to another target and has its present state reported again.</summary>
    public void HandOver(int fd, ulong token, IReactorTarget target)
    {
        _slots.Replace(token, target);
        Control(Libc.EPOLL_CTL_MOD, fd, StreamEvents, token);
    }

    /// <summary>Forgets a target whose descriptor is about to be closed, which takes it out of the epoll set.</summary>
    public void Unregister(ulong token) => _slots.Remove(token);

    public void Post(Action<object?> action, object? state, IReactorTarget? source = null)
    {
        _posted.Enqueue((action, state, source));
        Wake();
        if (_ended)
        {
            RunElsewhere();
        }
    }

    /// <summary>Has a connection send before the current step ends. Called on any loop's thread.</summary>
    public void Defer(ReactorConnection connection) => _deferred.Add(connection);

    /// <summary>Has a connection of this loop read again after the others had their turn. Called on this loop.</summary>
    public void ReadAgain(ReactorConnection connection) => _ready.Add(connection);

    /// <summary>Has a connection of this loop send within the turn, from any thread; from another loop, once that loop's step is over.</summary>
    public void RequestFlush(ReactorConnection connection)
    {
        if (_current is { } other && other != this)
        {
            other.FlushElsewhere(this, connection);
        }
        else
        {
            Push(connection, connection);
        }
    }

    public void Dispose()
    {
        _stopping = true;
        Wake();
        if (_current != this)
        {
            _thread.Join();
        }
    }

    private static uint StreamEvents => Libc.EPOLLIN | Libc.EPOLLPRI | Libc.EPOLLOUT | Libc.EPOLLRDHUP | Libc.EPOLLET;

    private static int Check(int result) => result >= 0 ? result : throw Errno.ToException(Marshal.GetLastPInvokeError());

    private void Run()
    {
        _current = this;
        while (!_stopping)
        {
            int count = Libc.epoll_wait(_epoll, _events, EventsPerWait, Timeout());
            for (int i = 0; i < count; i++)
            {
                Dispatch(*(uint*)(_events + (i * EventSize)), *(ulong*)(_events + (i * EventSize) + TokenOffset));
            }

            RunPosted();
            RunFlushes();
            RunReady();
            Step("timers");
            Wheel.Advance();
            SendDeferred();
            Volatile.Write(ref _turnStarted, 0);
        }

        NativeMemory.Free(_events);
        _ended = true;
        RunElsewhere();
    }

    // whoever waits for something of a connection that outlives its loop is told all the same
    private void RunElsewhere()
    {
        while (_posted.TryDequeue(out (Action<object?> Action, object? State, IReactorTarget? Source) work))
        {
            ThreadPool.UnsafeQueueUserWorkItem(work.Action, work.State, preferLocal: false);
        }
    }

    private int Timeout() => _ready.Count > 0 || _flushing is not null || Volatile.Read(ref _flushHead) is not null || !_posted.IsEmpty
        ? 0
        : Wheel.MillisecondsToNext();

    private void Dispatch(uint events, ulong token)
    {
        if (token == ulong.MaxValue)
        {
            ulong count;
            Libc.read(_wake, &count, sizeof(ulong));

            // In this order: who posts between the two is not signalled again, but has posted before the queues are drained below.
            Volatile.Write(ref _woken, 0);
            return;
        }

        if (_slots.Find(token) is { } target)
        {
            Step(target.ServedBy);
            target.OnEvents(events);
            SendDeferred();
        }
    }

    private void RunPosted()
    {
        for (int left = _posted.Count; left > 0 && _posted.TryDequeue(out (Action<object?> Action, object? State, IReactorTarget? Source) work); left--)
        {
            Step(work.Source?.ServedBy ?? "posted work");
            work.Action(work.State);
            SendDeferred();
        }
    }

    private void RunFlushes()
    {
        if (_flushing is null)
        {
            // The stack holds the latest first; who asked first is served first.
            ReactorConnection? reversed = null;
            for (ReactorConnection? next = Interlocked.Exchange(ref _flushHead, null); next is not null;)
            {
                ReactorConnection? after = next.NextToFlush;
                next.NextToFlush = reversed;
                reversed = next;
                next = after;
            }

            _flushing = reversed;
            _forOthers = 0;
        }

        for (int left = SendsPerTurn; left > 0 && _flushing is { } connection; left--)
        {
            _flushing = connection.NextToFlush;
            connection.NextToFlush = null;
            Step(connection.ServedBy);
            connection.OnFlushScheduled();
        }

        SendDeferred();
    }

    private void RunReady()
    {
        if (_ready.Count == 0)
        {
            return;
        }

        (_ready, _readyNow) = (_readyNow, _ready);
        foreach (ReactorConnection connection in _readyNow)
        {
            Step(connection.ServedBy);
            connection.OnReadable();
            SendDeferred();
        }

        _readyNow.Clear();
    }

    private void SendDeferred()
    {
        // A send may resume a writer that flushes again: it joins the end of the list.
        for (int i = 0; i < _deferred.Count; i++)
        {
            _deferred[i].OnFlushScheduled();
        }

        _deferred.Clear();
        foreach (ref FlushChain chain in _elsewhere.AsSpan())
        {
            if (chain.First is { } first)
            {
                ReactorLoop sender = chain.Loop!;
                if (sender.StepStarted == 0 && _forOthers + chain.Count <= SendsForOthers)
                {
                    _forOthers += chain.Count;
                    sender = this;
                }

                sender.Push(first, chain.Last!);
                chain = default;
            }
        }
    }

    private void FlushElsewhere(ReactorLoop loop, ReactorConnection connection)
    {
        if (loop.Index >= _elsewhere.Length)
        {
            Array.Resize(ref _elsewhere, loop.Index + 1);
        }

        ref FlushChain chain = ref _elsewhere[loop.Index];
        connection.NextToFlush = chain.First;
        chain = new FlushChain(loop, connection, chain.Last ?? connection, chain.Count + 1);
    }

    private void Push(ReactorConnection first, ReactorConnection last)
    {
        ReactorConnection? head;
        do
        {
            head = Volatile.Read(ref _flushHead);
            last.NextToFlush = head;
        }
        while (Interlocked.CompareExchange(ref _flushHead, first, head) != head);

        if (head is null && _current != this)
        {
            Wake();
        }
    }

    private void Step(string? running)
    {
        _running = running;
        Volatile.Write(ref _turnStarted, _time.GetTimestamp());
    }

    private void Wake()
    {
        if (Interlocked.Exchange(ref _woken, 1) == 0)
        {
            ulong one = 1;
            Libc.write(_wake, &one, sizeof(ulong));
        }
    }

    private void Control(int operation, int fd, uint events, ulong token)
    {
        if (TryControl(operation, fd, events, token) < 0)
        {
            throw Errno.ToException(Marshal.GetLastPInvokeError());
        }
    }

    private int TryControl(int operation, int fd, uint events, ulong token)
    {
        byte* entry = stackalloc byte[16];
        *(uint*)entry = events;
        *(ulong*)(entry + TokenOffset) = token;
        return Libc.epoll_ctl(_epoll, operation, fd, entry);
    }

    /// <summary>Connections of one loop, linked, that are to send.</summary>
    private readonly record struct FlushChain(ReactorLoop? Loop, ReactorConnection? First, ReactorConnection? Last, int Count);
}
