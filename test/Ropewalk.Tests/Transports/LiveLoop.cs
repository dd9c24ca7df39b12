using System.Diagnostics;
using Ropewalk.Testing;
using Ropewalk.Testing.Simulated;

namespace Ropewalk.Tests.Transports;

/// <summary>
/// Runs a simulated network in real time and on real threads, so that it can be held to what the other transports are held to. Nothing of it
/// repeats.
/// </summary>
internal sealed class LiveLoop : SimulationLoop
{
    // for good: while a test waits for its network, nothing else may hold the two
    private static readonly List<VirtualTime> Clocks = [];
    private static readonly ManualResetEvent Never = new(initialState: false);
    private static readonly Thread Mover = new(Move) { IsBackground = true, Name = "live simulations" };

    /// <summary>Creates a host on a network of its own, where everything takes no time and nothing is lost.</summary>
    public static SimHost NewHost()
    {
        var simulation = new Simulation(new SimulationOptions { LogEvents = 0 }, seed: 1, new LiveLoop()) { Links = new LinkSettings { Latency = TimeSpan.Zero } };
        lock (Clocks)
        {
            Clocks.Add(simulation.Time);
            if (!Mover.IsAlive)
            {
                Mover.Start();
            }
        }

        return simulation.AddHost("host");
    }

    public override void Post(Action<object?> action, object? state) => ThreadPool.UnsafeQueueUserWorkItem(action, state, preferLocal: false);

    public override void Touch(string operation)
    {
    }

    public override Task RunAsync(Func<Task> scenario, VirtualTime time, TimeSpan limit) => throw new NotSupportedException();

    private static void Move()
    {
        long last = Stopwatch.GetTimestamp();
        while (true)
        {
            Never.WaitOne(TimeSpan.FromMilliseconds(1));
            long now = Stopwatch.GetTimestamp();
            TimeSpan by = Stopwatch.GetElapsedTime(last, now);
            last = now;
            MoveAll(by);
        }
    }

    // allocates nothing: other tests measure what this process allocates
    private static void MoveAll(TimeSpan by)
    {
        lock (Clocks)
        {
            for (int i = 0; i < Clocks.Count; i++)
            {
                Clocks[i].Advance(by);
            }
        }
    }
}
