namespace Ropewalk.Diagnostics;

/// <summary>Is what one running service tells of itself.</summary>
/// <param name="Service">The service's name.</param>
/// <param name="Part">What it tells.</param>
public sealed record ServicePart(string Service, IStatusPart Part);
