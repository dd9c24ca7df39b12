using Ropewalk.Transports;

namespace Ropewalk.Relay;

/// <summary>Tells what a relay carried and how it ended.</summary>
/// <param name="NearToFarBytes">The bytes handed to the far side.</param>
/// <param name="FarToNearBytes">The bytes handed to the near side.</param>
/// <param name="End">How it ended: <see cref="ConnectionEndReason.Completed"/> if both directions were ended in good order.</param>
public readonly record struct RelayOutcome(long NearToFarBytes, long FarToNearBytes, ConnectionEnd End);
