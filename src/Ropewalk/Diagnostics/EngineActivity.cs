using System.Diagnostics;

namespace Ropewalk.Diagnostics;

/// <summary>Holds the engine's activity source. Spans cost nothing while nobody listens.</summary>
internal static class EngineActivity
{
    /// <summary>The source of all spans of the engine.</summary>
    public static readonly ActivitySource Source = new(RopewalkDiagnostics.ActivitySourceName);

    /// <summary>Starts a span if somebody listens.</summary>
    public static Activity? Start(string name, ActivityKind kind) => Source.HasListeners() ? Source.StartActivity(name, kind) : null;
}
