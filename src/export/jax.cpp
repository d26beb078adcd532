#include "export/arrays.hpp"
#include "export/export.hpp"

namespace rule_search {

namespace {

constexpr const char* network = R"(

def initial_network(key, sizes, feedback="fixed", dtype=jnp.float32):
    """A network of layers whose connections learn by the rule: a dict that `learn` takes and returns.

    sizes: neurons of the layers, as (784, 170, 130, 100, 70, 10). feedback: "fixed" (errors travel back by random weights that
    stay) or "symmetric" (by the forward weights). Weights are uniform as Glorot & Bengio (2010) have them; connection k has
    shape (sizes[k + 1], sizes[k]). There are no biases.
    """
    if feedback not in ("fixed", "symmetric"):
        raise ValueError(f'feedback: expected "fixed" or "symmetric", found {feedback!r}')

    def drawn(key):
        out = []
        for m, n in zip(sizes[:-1], sizes[1:]):
            key, own = jax.random.split(key)
            bound = (6 / (m + n)) ** 0.5
            out.append(jax.random.uniform(own, (n, m), dtype, -bound, bound))
        return out

    first, second = jax.random.split(key)
    weights = drawn(first)
    return {
        "weights": weights,
        "feedback": drawn(second) if feedback == "fixed" else None,
        "states": [@states@ for w in weights],
    }


def layers(network, x, beta=10.0):
    """Activities of all layers, the sample x itself first, and inputs of all but the first. Hidden neurons have softplus,
    log(1 + exp(beta z)) / beta, the output a softmax."""
    weights = network["weights"]
    activity, net = [x], []
    for k, w in enumerate(weights):
        net.append(w @ activity[-1])
        last = k + 1 == len(weights)
        activity.append(jax.nn.softmax(net[-1]) if last else jnp.logaddexp(beta * net[-1], 0) / beta)
    return activity, net


def learn(network, x, label, beta=10.0, values=PARAMETERS):
    """The network after one sample x, (neurons of the input,), of class `label`, and the cross-entropy before.

    A pure function: jit, vmap (over networks or samples) and grad (by values, say) take it. values: coefficients by name, a
    number or one number for each connection.
    """
    weights = network["weights"]
    activity, net = layers(network, x, beta)
    errors = [None] * (len(weights) + 1)
    errors[-1] = activity[-1] - jax.nn.one_hot(label, activity[-1].shape[0], dtype=activity[-1].dtype)
    for k in reversed(range(len(weights))):
        back = weights[k] if network["feedback"] is None else network["feedback"][k]
        errors[k] = (back.T @ errors[k + 1]) * (1 - jnp.exp(-beta * activity[k]))
    changed = []
    for k, w in enumerate(weights):
        own = {name: v[k] if isinstance(v, (list, tuple)) else v for name, v in values.items()}
        changed.append(change(
            w,
@given@            **own,
        ))
    return {
        "weights": [w + @dw@ for w, c in zip(weights, changed)],
        "feedback": network["feedback"],
        "states": [@new_states@ for c in changed],
    }, -jnp.log(activity[-1][label])
)";

}  // namespace

std::string to_jax(const Rule& rule) {
  static const ArrayLibrary jax = {.imports = "import jax\nimport jax.numpy as jnp\n",
                                   .module = "jnp",
                                   .arrays = "arrays of JAX",
                                   .as_array = "jnp.asarray",
                                   .like_w = "dtype=w.dtype",
                                   .sigmoid = "jax.nn.sigmoid",
                                   .relu = "jax.nn.relu({})",
                                   .min = "jnp.minimum({0}, {1})",
                                   .max = "jnp.maximum({0}, {1})"};
  const ArrayCode code(rule, jax);
  const std::string about = "`change` is a pure function: jit, vmap and grad take it.\n";
  if (!learns_from_labels(rule)) return code.text(about);
  const bool remembers = !rule.states.empty();
  std::string more = network;
  const auto put = [&](const std::string& place, const std::string& text) {
    more.replace(more.find(place), place.size(), text);
  };
  put("@states@", remembers ? "initial_states(w)" : "None");
  put("@given@", given_by_network(rule, "            ") + (remembers ? "            network[\"states\"][k],\n" : ""));
  put("@dw@", remembers ? "c[0]" : "c");
  put("@new_states@", remembers ? "c[1]" : "None");
  return code.text(about + "`learn` is a step of a network that learns by it.\n") + more;
}

}  // namespace rule_search
