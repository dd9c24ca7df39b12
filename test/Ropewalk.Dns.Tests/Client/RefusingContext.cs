namespace Ropewalk.Dns.Tests.Client;

/// <summary>Is the context of a thread that never runs what is posted to it: a user interface that blocks.</summary>
internal sealed class RefusingContext : SynchronizationContext
{
    public int Posts { get; private set; }

    public override void Post(SendOrPostCallback d, object? state) => Posts++;

    public override void Send(SendOrPostCallback d, object? state) => Posts++;
}
