using Microsoft.Extensions.Logging;

namespace Ropewalk.Hosting;

/// <summary>Keeps an instance alive until the last of what it serves has ended, and disposes it then.</summary>
internal sealed class InstanceLease(ServiceInstance instance, string service, ILogger logger)
{
    private readonly Lock _lock = new();
    private readonly List<Task> _held = [];
    private bool _disposed;

    public ServiceInstance Instance => instance;

    /// <summary>Gets whether nothing is left that it could serve.</summary>
    public bool IsDisposed => Volatile.Read(ref _disposed);

    /// <summary>Holds the instance until a task has completed.</summary>
    public void Hold(Task task)
    {
        lock (_lock)
        {
            _held.RemoveAll(one => one.IsCompleted);
            _held.Add(task);
        }
    }

    /// <summary>Waits for what is held, and disposes the instance. Call it when nothing new can be held.</summary>
    public async Task RetireAsync()
    {
        Task[] held;
        lock (_lock)
        {
            held = [.. _held];
        }

        try
        {
            await Task.WhenAll(held);
        }
        catch (Exception e)
        {
            HostingLog.StopFailed(logger, service, e);
        }

        await DisposeAsync();
    }

    /// <summary>Disposes the instance, whatever is still held.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        try
        {
            await instance.DisposeAsync();
        }
        catch (Exception e)
        {
            HostingLog.StopFailed(logger, service, e);
        }
    }
}
