using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Ropewalk.Diagnostics;

namespace Guides.Tests.Pages;

/// <summary>What docs/metrics.md shows.</summary>
public sealed class MetricsPageTests
{
    [Fact]
    public void Exporters()
    {
        using MeterProvider metrics = Sdk.CreateMeterProviderBuilder()
            .AddMeter(RopewalkDiagnostics.MeterName)
            .AddOtlpExporter()
            .Build();
        using TracerProvider traces = Sdk.CreateTracerProviderBuilder()
            .AddSource(RopewalkDiagnostics.ActivitySourceName)
            .AddOtlpExporter()
            .Build();
    }
}
