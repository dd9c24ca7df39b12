using System.Diagnostics;
using Ropewalk.Client;

namespace Ropewalk.Testing.Simulated;

/// <summary>Runs everything on the thread that called, under a synchronization context of its own.</summary>
internal sealed class StrictLoop : SimulationLoop
{
    private readonly Context _context = new();

    public override void Post(Action<object?> action, object? state) => _context.Post(new SendOrPostCallback(action), state);

    public override bool IsOnThread => _context.IsOnThread;

    public override void Touch(string operation) => _context.Touch(operation);

    public override Task RunAsync(Func<Task> scenario, VirtualTime time, TimeSpan limit)
    {
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_context);
        try
        {
            Task running = scenario();
            while (!running.IsCompleted)
            {
                if (_context.RunOne())
                {
                    NoteStep();
                    continue;
                }

                if (Failure is { } failure)
                {
                    throw failure;
                }

                if (time.Elapsed > limit)
                {
                    throw TooLong(limit);
                }

                NoteTimeMoved();
                if (!time.AdvanceToNextTimer() && !running.IsCompleted && _context.IsEmpty)
                {
                    _context.WaitForStrays();
                    throw Stalled("Or for work that has left the simulation's thread (Task.Run, ConfigureAwait(false), the system's own sockets and files): run that in SimulationMode.Whole.");
                }
            }

            _context.ThrowIfTouched();
            return Failure is { } last ? Task.FromException(last) : running;
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    private sealed class Context : StayingContext
    {
        private readonly int _thread = Environment.CurrentManagedThreadId;
        private readonly Queue<(SendOrPostCallback Callback, object? State)> _queue = new();
        private InvalidOperationException? _touched;

        public bool IsEmpty => _queue.Count == 0;

        public bool IsOnThread => Environment.CurrentManagedThreadId == _thread;

        public bool RunOne()
        {
            ThrowIfTouched();
            if (!_queue.TryDequeue(out (SendOrPostCallback Callback, object? State) work))
            {
                return false;
            }

            work.Callback(work.State);
            return true;
        }

        public override void Post(SendOrPostCallback d, object? state)
        {
            if (IsMine("A continuation"))
            {
                _queue.Enqueue((d, state));
            }
        }

        public override void Send(SendOrPostCallback d, object? state)
        {
            Touch("SynchronizationContext.Send");
            d(state);
        }

        public override SynchronizationContext CreateCopy() => this;

        public void Touch(string operation)
        {
            if (!IsMine(operation))
            {
                throw _touched!;
            }
        }

        /// <summary>Before a run is called stuck: what has left the thread may be about to come back, and its stack says more.</summary>
        public void WaitForStrays()
        {
            SpinWait.SpinUntil(() => Volatile.Read(ref _touched) is not null, TimeSpan.FromMilliseconds(100));
            ThrowIfTouched();
        }

        public void ThrowIfTouched()
        {
            if (Volatile.Read(ref _touched) is { } touched)
            {
                throw touched;
            }
        }

        private bool IsMine(string operation)
        {
            if (IsOnThread)
            {
                return true;
            }

            // the first is the cause; what comes after it follows from it
            var error = new InvalidOperationException(
                $"{operation} came from another thread than the simulation's: what runs there runs in no fixed order. Its stack:{Environment.NewLine}{new StackTrace(1, fNeedFileInfo: true)}");
            Interlocked.CompareExchange(ref _touched, error, null);
            return false;
        }
    }
}
