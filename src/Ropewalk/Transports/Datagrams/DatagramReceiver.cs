namespace Ropewalk.Transports.Datagrams;

/// <summary>A worker with a thread of its own that waits on a socket.</summary>
internal abstract class DatagramReceiver : DatagramWorker
{
    private const int ErrorsBeforePause = 16;

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _stop = new();
    private readonly long _drainLimit;
    private int _errorsInARow;
    private volatile bool _stopping;
    private volatile bool _aborted;

    protected DatagramReceiver(
        IDatagramPort port, int index, DatagramSocket socket, DatagramPortOptions options, DatagramHandlerSwitch handlers, DatagramLog log)
        : base(port, index, options, handlers, log)
    {
        BoundSocket = socket;

        // A queued datagram is charged 256 bytes at the least, and Linux doubles what was asked for: no queue holds more than this.
        _drainLimit = 2L * options.ReceiveBufferBytes / 256;
        socket.AddOwner();
    }

    public DatagramSocket BoundSocket { get; }

    /// <summary>Completes when the thread has left its loop.</summary>
    public Task Ended => _ended.Task;

    protected bool IsStopping => _stopping;

    public void Start() => new Thread(Run)
    {
        IsBackground = true,  // a forgotten port must not keep a program from ending
        Name = $"udp {BoundSocket.Local} #{Index}",
    }.UnsafeStart();

    /// <summary>Asks for the end: what is queued is still handled, and then the thread leaves. Waking it is the caller's second step.</summary>
    public void RequestStop()
    {
        _stopping = true;
        _stop.Set();
    }

    /// <summary>Lets the thread leave with its queue unread.</summary>
    public void Abort()
    {
        _aborted = true;
        RequestStop();
    }

    /// <summary>Makes the thread return from its wait, once <see cref="RequestStop"/> has been called. May be called again.</summary>
    public abstract void Wake();

    protected override bool SendNow(in PeerAddress to, in PeerAddress from, ReadOnlySpan<byte> payload)
    {
        if (!BoundSocket.TryHold())
        {
            return false;
        }

        try
        {
            return SendHeld(to, from, payload);
        }
        finally
        {
            BoundSocket.Release();
        }
    }

    protected abstract bool SendHeld(in PeerAddress to, in PeerAddress from, ReadOnlySpan<byte> payload);

    /// <summary>Waits for datagrams and delivers one batch.</summary>
    protected abstract void ServeOnce();

    /// <summary>Delivers one batch if there is one now. Returns how many datagrams it had.</summary>
    protected abstract int DrainOnce();

    protected void ReceiveSucceeded() => _errorsInARow = 0;

    /// <summary>Counts an error of receiving: an ICMP message about something sent earlier, the system out of memory. The port outlives both.</summary>
    protected void ReceiveFailed(int error)
    {
        ReceiveErrors++;
        Log.ReceiveFailed(Port.LocalEndPoint, error);
        if (++_errorsInARow >= ErrorsBeforePause)
        {
            _stop.Wait(TimeSpan.FromMilliseconds(10));  // the system is in trouble: don't spin on it
        }
    }

    protected virtual void FreeMemory() => Slots.Free();

    private void Run()
    {
        // The body of the loop is a method of its own, so that the compiler's tiers can replace it while the loop runs.
        while (!_stopping)
        {
            ServeOnce();
        }

        // The port has turned newcomers away by now, so the queue only shrinks. What is in it was accepted, and is answered.
        long drained = 0;
        int count;
        while (!_aborted && drained < _drainLimit && (count = DrainOnce()) > 0)
        {
            drained += count;
        }

        FreeMemory();
        BoundSocket.Release();
        _ended.SetResult();
    }
}
