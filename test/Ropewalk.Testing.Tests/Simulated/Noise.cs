namespace Ropewalk.Testing.Tests.Simulated;

/// <summary>Keeps the machine's processors busy, more and less by turns, while a test runs; with threads of its own, none of the pool's.</summary>
internal sealed class Noise : IDisposable
{
    private readonly Thread[] _threads;
    private volatile bool _isOver;

    public Noise()
    {
        // as many as there are processors: what is tested is pushed aside now and then
        _threads = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(i => new Thread(() => Spin(i)) { IsBackground = true })];
        Array.ForEach(_threads, thread => thread.Start());
    }

    public void Dispose()
    {
        _isOver = true;
        Array.ForEach(_threads, thread => thread.Join());
    }

    private void Spin(int seed)
    {
        var random = new Random(seed);
        while (!_isOver)
        {
            // from nothing to a few milliseconds at a stretch
            for (int i = random.Next(200); i > 0 && !_isOver; i--)
            {
                Thread.SpinWait(random.Next(2000));
            }

            Thread.Yield();
            GC.KeepAlive(new byte[random.Next(100_000)]);
        }
    }
}
