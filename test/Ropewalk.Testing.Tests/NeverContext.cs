namespace Ropewalk.Testing.Tests;

/// <summary>Is a test framework's or a user interface's context whose one thread is busy for ever: what is posted to it never runs.</summary>
internal sealed class NeverContext : SynchronizationContext
{
    public override void Post(SendOrPostCallback d, object? state)
    {
    }

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException();
}
