namespace Ropewalk.Diagnostics;

/// <summary>Tells a collector what has passed through one endpoint.</summary>
internal readonly record struct EndpointTraffic(string Service, string Endpoint, TrafficTotals Totals);
