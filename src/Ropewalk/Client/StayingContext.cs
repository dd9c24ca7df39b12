namespace Ropewalk.Client;

/// <summary>
/// Marks a synchronization context that engine code must not leave: a simulation's queue, an event loop. <see cref="CallerContext.Detach"/>
/// leaves every other one.
/// </summary>
public abstract class StayingContext : SynchronizationContext;
