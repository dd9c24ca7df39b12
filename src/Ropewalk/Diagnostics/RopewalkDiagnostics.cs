namespace Ropewalk.Diagnostics;

/// <summary>Names what a metrics or trace exporter subscribes to. The instruments, units and tags are listed in <c>docs/metrics.md</c>.</summary>
public static class RopewalkDiagnostics
{
    /// <summary>The name of the engine's <see cref="System.Diagnostics.Metrics.Meter"/>.</summary>
    public const string MeterName = "Ropewalk";

    /// <summary>The name of the engine's <see cref="System.Diagnostics.ActivitySource"/>.</summary>
    public const string ActivitySourceName = "Ropewalk";
}
