#include "network/first_connection.hpp"

#include <algorithm>
#include <utility>

namespace rule_search {

namespace {

int count(std::span<const double> samples, int neurons) {
  return static_cast<int>(samples.size() / static_cast<std::size_t>(neurons));
}

}  // namespace

bool pays_by_sample(const KnownInputs& inputs, int neurons) {
  return count(inputs.learned, neurons) / 2 + count(inputs.asked, neurons) < neurons * 3 / 4;
}

template <class T>
void set_space(SampleSpace<T>& space, const KnownInputs& inputs, const Network& network,
               const std::vector<std::vector<double>>& weights) {
  space.set(inputs.learned, inputs.asked, network.layers[0]);
  const Graph graph = network.graph();
  for (const int c : graph.readers[0]) {
    const auto to = static_cast<std::size_t>(graph.connections[static_cast<std::size_t>(c)].to);
    space.add_start(weights[static_cast<std::size_t>(c)].data(), network.layers[to]);
  }
}

template <class T>
FirstConnection<T>::FirstConnection(const plan::Plan& plan, int n, int m, int tangents, std::vector<int> direction,
                                    const Inputs<T>& inputs, const Outputs<T>& outputs, FirstLayer form,
                                    bool reads_weights, std::size_t number)
    : plan_(plan),
      n_(n),
      m_(m),
      tangents_(tangents),
      direction_(std::move(direction)),
      inputs_(inputs),
      outputs_(outputs),
      form_(form),
      number_(number) {
  if (form != FirstLayer::weights && !reads_weights) sample_plan_ = plan::in_sample_space(plan);
  if (sample_plan_ && sample_plan_->replays() && !Replay<T>::has_room(*sample_plan_, 1 + tangents))
    sample_plan_.reset();
}

template <class T>
bool FirstConnection<T>::goes_by_sample(const KnownInputs& known, bool weights_asked) const {
  return sample_plan_.has_value() && !weights_asked && (pays_by_sample(known, m_) || form_ == FirstLayer::by_sample);
}

template <class T>
bool FirstConnection<T>::reads_input() const {
  return std::any_of(sample_plan_->code.begin(), sample_plan_->code.end(), [](const plan::Instruction& i) {
    return i.code == plan::Code::quantity && i.quantity == Quantity::pre && !i.by_sample;
  });
}

template <class T>
Connection<T>* FirstConnection<T>::choose(const SampleSpace<T>* space, Projections<T>* shared) {
  if (space == nullptr) {
    if (!of_weights_)
      of_weights_ = std::make_unique<Connection<T>>(plan_, n_, m_, tangents_, direction_, inputs_, outputs_);
    return of_weights_.get();
  }
  if (!of_samples_ || space_size_ != space->size())
    of_samples_ =
        std::make_unique<Connection<T>>(*sample_plan_, n_, m_, tangents_, direction_, inputs_, outputs_, space);
  space_size_ = space->size();
  of_samples_->set_space(space, number_, shared);
  return of_samples_.get();
}

template void set_space(SampleSpace<float>&, const KnownInputs&, const Network&,
                        const std::vector<std::vector<double>>&);
template void set_space(SampleSpace<double>&, const KnownInputs&, const Network&,
                        const std::vector<std::vector<double>>&);
template class FirstConnection<float>;
template class FirstConnection<double>;

}  // namespace rule_search
