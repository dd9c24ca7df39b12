namespace Ropewalk.Chat.Tests.Irc.Client;

/// <summary>A caller's context that nothing may be posted to.</summary>
internal sealed class RefusingContext : SynchronizationContext
{
    public override void Post(SendOrPostCallback d, object? state) => throw new InvalidOperationException("posted to the caller's context");

    public override void Send(SendOrPostCallback d, object? state) => throw new InvalidOperationException("sent to the caller's context");

    /// <summary>Calls something with this as its context, and gives its task back without it.</summary>
    public static Task Run(Func<Task> call)
    {
        SynchronizationContext? before = Current;
        SetSynchronizationContext(new RefusingContext());
        try
        {
            return call();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }
}
