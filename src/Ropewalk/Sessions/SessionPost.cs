namespace Ropewalk.Sessions;

/// <summary>Is an action that waits for a session's turn, with its types erased.</summary>
internal readonly record struct SessionPost<TSession>(Action<object, SessionTurn<TSession>, object?> Runner, object Action, object? State)
    where TSession : class
{
    public void Invoke(SessionTurn<TSession> turn) => Runner(Action, turn, State);

    /// <summary>Gives the types back.</summary>
    public static class Run<TState>
    {
        public static readonly Action<object, SessionTurn<TSession>, object?> Boxed =
            static (action, turn, state) => ((Action<SessionTurn<TSession>, TState>)action)(turn, (TState)state!);
    }
}
